import Avro
import ChangeModel
import EventEncoding
import JSON
import Testing

@Suite("Schemas and values against recorded events", .enabled(if: Golden.folder != nil))
struct GoldenSchemaTests {
  @Test("the schemas of a table are the recorded ones", arguments: GoldenTable.all + [GoldenTable.customers])
  func schemas(_ table: GoldenTable) throws {
    let bench = Bench()
    _ = try bench.encode { _ = $0.number(of: table.schema) }
    let topic = "crm.public.\(table.name)"
    let version = table.name == "customers" ? ".v2" : ""
    #expect(try bench.registrar.latest("\(topic)-value")?.json == Golden.schema("\(topic).value\(version)"))
    if !table.key.isEmpty {
      #expect(try bench.registrar.latest("\(topic)-key")?.json == Golden.schema("\(topic).key"))
    }
  }

  @Test("the snapshot's rows give the recorded values", arguments: GoldenTable.all)
  func values(_ table: GoldenTable) throws {
    let topic = "crm.public.\(table.name)"
    let recorded = try Golden.events().filter {
      $0["topic"]?.string == topic && $0["value"]?["op"]?.string == "r"
        && $0["value"]?["source"]?["snapshot"]?.string != "incremental"
    }
    let lines = try Bench().lines { batch in
      for row in table.rows { batch.add(.read, table.schema, after: row) }
    }
    #expect(lines.count == recorded.count)
    for (line, event) in zip(lines, recorded) {
      #expect(line["key"] == event["key"])
      let row = try #require(line["value"]?["after"]?.object)
      let expected = try #require(event["value"]?["after"]?.object)
      #expect(row.names == expected.names)
      for member in expected.members where !table.exceptions.contains(member.name) {
        let value = try #require(row[member.name])
        #expect(trimmed(value).normalised == member.value.normalised, "\(member.name)")
      }
    }
  }

  @Test("the schemas of messages, transactions and heartbeats are the recorded ones")
  func metadata() throws {
    let bench = Bench { $0.providesTransactionMetadata = true }
    _ = try bench.encode { batch in
      batch.transactions.append(TransactionContext(id: "1"))
      var begin = Change(.begin)
      begin.transaction = 0
      batch.append(begin)
      batch.append(Change(.message))
    }
    try bench.encoder.heartbeat(into: RecordBatch())
    for topic in ["crm.message", "crm.transaction", "__debezium-heartbeat.crm"] {
      #expect(try bench.registrar.latest("\(topic)-key")?.json == Golden.schema("\(topic).key"))
      #expect(try bench.registrar.latest("\(topic)-value")?.json == Golden.schema("\(topic).value"))
    }
  }

  @Test("a recorded schema goes into Connect's model and back", arguments: GoldenTable.all + [GoldenTable.customers])
  func roundTrip(_ table: GoldenTable) throws {
    let json = try Golden.schema("crm.public.\(table.name).value")
    let schema = try Schema(json: json)
    #expect(try ConnectSchema(avro: schema).avro.json == json)
  }

  private func trimmed(_ value: JSONValue) -> JSONValue {
    guard let text = value.string, text.count > 600 else { return value }
    return .string("\(text.prefix(40))...<\(text.count) chars>")
  }
}
