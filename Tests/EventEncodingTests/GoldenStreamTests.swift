import ChangeModel
import EventEncoding
import JSON
import TestSupport
import Testing

/// A streamed change of the golden run as the source would hand it on.
private struct Streamed {
  var operation: ChangeModel.Operation
  var before: [Cell]?
  var after: [Cell]?
  var keyChange = KeyChange.none
}

@Suite("Streamed events against recorded ones", .enabled(if: Golden.folder != nil))
struct GoldenStreamTests {
  private let nothing = Array(repeating: Cell.null, count: 21)

  @Test("inserts, updates, key changes and deletes of a table with defaults")
  func customers() throws {
    func bob(_ id: Cell) -> [Cell] {
      [
        id, "Bob", "B", "b@x.org", nil, "0.00", nil, "t", "ok", nil, "{}", "2026-11-22 22:36:11.046972+00", nil, nil,
        nil,
        nil, nil, nil, nil, "5", "x", "2f44ee50-079b-47d6-88d1-2a40a636c4fa",
      ]
    }
    let anne: [Cell] = [
      "1", "Anne Marie", "Kretchmar", "a@x.org", nil, "0.00", "12.345", "t", "ok", "{a,b}", "{\"k\": 1}",
      "2026-11-22 22:33:27.872795+00", "2024-01-02 03:04:05.123456", "1990-05-06",
      .text(String(repeating: "toast", count: 4000)), "5", "9.99", "(s,z)", "1 year 2 mons 3 days 04:05:06.78", "5",
      "x",
      "e8cda0de-f953-4103-baa5-9f345368d485",
    ]
    try compare(
      GoldenTable.customers.schema,
      [
        Streamed(operation: .create, after: bob("2")), Streamed(operation: .update, after: anne),
        Streamed(operation: .delete, before: ["2"] + nothing, after: bob("100"), keyChange: .oldHalf),
        Streamed(operation: .create, before: ["2"] + nothing, after: bob("100"), keyChange: .newHalf),
        Streamed(operation: .delete, before: ["100"] + nothing),
      ], of: "crm.public.customers")
  }

  @Test("unchanged values out of line")
  func toast() throws {
    let schema = try #require(GoldenTable.all.first { $0.name == "toast" }?.schema)
    func placeholders(_ id: Cell, _ v: Cell) -> [Cell] { [id, v] + Array(repeating: .unchanged, count: 5) }
    func key(_ id: Cell) -> [Cell] { [id] + Array(repeating: .null, count: 6) }
    let inserted: [Cell] = [
      "1", "1", .text(String(repeating: "x", count: 9000)), .text("\\x" + String(repeating: "ab", count: 9000)),
      .text("{\(String(repeating: "y", count: 9000))}"), .text("{\"k\": \"\(String(repeating: "z", count: 9000))\"}"),
      .text("\"k\"=>\"\(String(repeating: "h", count: 9000))\""),
    ]
    try compare(
      schema,
      [
        Streamed(operation: .create, after: inserted), Streamed(operation: .update, after: placeholders("1", "2")),
        Streamed(operation: .delete, before: key("1"), after: placeholders("2", "2"), keyChange: .oldHalf),
        Streamed(operation: .create, before: key("1"), after: placeholders("2", "2"), keyChange: .newHalf),
        Streamed(operation: .delete, before: key("2")),
      ], of: "crm.public.toast")
  }

  @Test("full rows before, without a key too")
  func fullIdentity() throws {
    let full = Tables.table("full_ri", key: ["id"], beforeImage: .full, "id int4 !\nv text\nbig text")
    let big = Cell.text(String(repeating: "z", count: 9000))
    try compare(
      full,
      [
        Streamed(operation: .update, before: ["1", "a", big], after: ["1", "b", .unchanged]),
        Streamed(operation: .delete, before: ["1", "b", big]),
      ], of: "crm.public.full_ri")
    let nopk = Tables.table("nopk", key: [], beforeImage: .full, "id int4\nv text")
    try compare(
      nopk,
      [
        Streamed(operation: .update, before: ["1", "a"], after: ["1", "b"]),
        Streamed(operation: .delete, before: ["1", "b"]),
      ], of: "crm.public.nopk")
  }

  @Test("a part of a key changes, and a table is emptied")
  func orders() throws {
    let schema = try #require(GoldenTable.all.first { $0.name == "orders" }?.schema)
    try compare(
      schema,
      [
        Streamed(operation: .create, after: ["2", "1", "7"]),
        Streamed(operation: .delete, before: ["2", "1", nil], after: ["2", "9", "7"], keyChange: .oldHalf),
        Streamed(operation: .create, before: ["2", "1", nil], after: ["2", "9", "7"], keyChange: .newHalf),
        Streamed(operation: .truncate),
      ], of: "crm.public.orders")
  }

  /// Encodes the changes with the positions and transactions of the recorded events and compares all but the clock.
  private func compare(_ schema: TableSchema, _ changes: [Streamed], of topic: String) throws {
    let streamed = try Golden.events().filter {
      $0["topic"]?.string == topic && $0["value"]?["source"]?["snapshot"]?.string != "incremental"
        && $0["value"]?["op"]?.string != "r"
    }
    // A delete is followed by its tombstone; later versions of the table are not looked at.
    let recorded = streamed.prefix(changes.count + changes.count { $0.operation == .delete })
    let events = recorded.filter { $0["value"] != .null }
    #expect(events.count == changes.count)
    let bench = Bench { $0.providesTransactionMetadata = true }
    let lines = try bench.lines { batch in
      for (change, event) in zip(changes, events) {
        let source = event["value"]?["source"]
        var transaction = TransactionContext(id: source?["txId"]?.int.map(String.init) ?? "")
        transaction.xid = UInt64(source?["txId"]?.int ?? 0)
        transaction.commitMicroseconds = Int64(source?["ts_us"]?.int ?? 0)
        transaction.previousCommit = source?["sequence"]?.string
          .flatMap { try? JSONValue(parsing: $0) }?.array?.first?.string.flatMap { UInt64($0) }
        batch.transactions.append(transaction)
        batch.add(change.operation, schema, before: change.before, after: change.after) {
          $0.keyChange = change.keyChange
          $0.position = UInt64(source?["lsn"]?.int ?? 0)
          $0.totalOrder = Int64(event["value"]?["transaction"]?["total_order"]?.int ?? 0)
          $0.collectionOrder = Int64(event["value"]?["transaction"]?["data_collection_order"]?.int ?? 0)
        }
      }
    }
    #expect(lines.count == recorded.count)
    for (line, event) in zip(lines, recorded) {
      for name in ["topic", "partition", "key"] { #expect(line[name] == event[name]) }
      #expect(masked(line["headers"]) == masked(event["headers"]))
      #expect(masked(line["value"]) == masked(event["value"]))
    }
  }

  /// Without what depends on the clock and the version, long texts cut as in the golden files.
  private func masked(_ value: JSONValue?) -> JSONValue? {
    guard var object = value?.object else { return value.map(trimmed) }
    for name in ["ts_ms", "ts_us", "ts_ns", "version", "__debezium.context.runId"] { object[name] = nil }
    return .object(
      JSONObject(
        object.members.map { member in
          // The source block's own times are the transaction's, so they are compared.
          if member.name == "source", var block = member.value.object {
            block["version"] = nil
            return JSONObject.Member(member.name, .object(block))
          }
          return JSONObject.Member(member.name, trimmed(member.value))
        }))
  }

  private func trimmed(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): text.count > 600 ? .string("\(text.prefix(40))...<\(text.count) chars>") : value
    case .array(let elements): .array(elements.map(trimmed))
    case .object(let object):
      .object(JSONObject(object.members.map { JSONObject.Member($0.name, trimmed($0.value)) }))
    default: value
    }
  }
}
