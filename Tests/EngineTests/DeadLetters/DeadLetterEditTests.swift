import Avro
import ChangeModel
import JSON
import Testing

@testable import Engine

@Suite struct DeadLetterEditTests {
  private static let schema = #"""
    {"type":"record","name":"E","fields":[{"name":"after","type":["null",{"type":"record","name":"V","fields":[
    {"name":"id","type":"long"},{"name":"email","type":["null","string"],"default":null},
    {"name":"raw","type":"bytes"}]}],"default":null},{"name":"op","type":"string"}]}
    """#
  private let codecs = CodecCache { id throws(CDCError) in
    guard id == 7, let schema = try? Schema(parsing: Self.schema) else {
      throw CDCError(.schemaUnknown, "there is no schema \(id)")
    }
    return schema
  }

  private func avro(_ json: JSONValue, id: UInt8 = 7) throws -> [UInt8] {
    [0, 0, 0, 0, id] + (try ValueCodec(try Schema(parsing: Self.schema)).encode(json))
  }

  private func letter(_ value: [UInt8]?) throws -> DeadLetter {
    let batch = RecordBatch()
    var record = Record(topic: 0)
    if let value {
      record.value = ByteRange(offset: 0, count: value.count)
      batch.bytes.append(value)
    }
    return try #require(DeadLetter(record, in: batch, topic: "dlq", connector: "sink"))
  }

  private func edit(_ sets: [(String, JSONValue)], drop: [String] = []) throws -> DeadLetterEdit {
    try DeadLetterEdit(DeadLetterReplay(set: sets.map { (pointer: $0.0, value: $0.1) }, drop: drop))
  }

  private let row: JSONValue = ["after": ["id": 1, "email": "no", "raw": "AAE="], "op": "c"]

  @Test func anAvroValueKeepsItsSchema() throws {
    let changed = try edit([("/after/email", "a@b.c"), ("/op", "u")]).apply(to: letter(avro(row)), codecs)
    #expect(
      changed == (try avro(["after": ["id": 1, "email": "a@b.c", "raw": "AAE="], "op": "u"])))
    let dropped = try edit([], drop: ["/after/email"]).apply(to: letter(avro(row)), codecs)
    #expect(dropped == (try avro(["after": ["id": 1, "email": nil, "raw": "AAE="], "op": "c"])), "its default")
  }

  @Test func aJSONValueStaysText() throws {
    let value = Array(#"{"n": 1.10, "big": 12345678901234567890}"#.utf8)
    let changed = try edit([("/x", [1, nil])], drop: ["/n"]).apply(to: letter(value), codecs)
    #expect(changed.map { String(decoding: $0, as: UTF8.self) } == #"{"big":12345678901234567890,"x":[1,null]}"#)
  }

  @Test(
    arguments: [
      ([("/after/emial", "x")], [], "emial"), ([("/after/email", 7)], [], "email"),
      ([("/after/x/y", 7)], [], "/after/x/y"),
      ([], ["/op"], "op"), ([], ["/after/none"], "/after/none"), ([("/after/raw", "no base64")], [], "base64"),
      ([("", "x")], [], "object"),
    ] as [([(String, JSONValue)], [String], String)])
  func whatDoesNotFitIsTold(sets: [(String, JSONValue)], drops: [String], word: String) throws {
    let edit = try edit(sets, drop: drops)
    let letter = try letter(avro(row))
    #expect {
      try edit.apply(to: letter, codecs)
    } throws: { error in
      (error as? CDCError)?.code == .deadLetterEdit && "\(error)".contains(word) && !"\(error)".contains("no base64")
    }
  }

  @Test func whatHasNoPlacesIsRefused() throws {
    let edit = try edit([("/a", 1)])
    for value in [nil, Array("text".utf8), [0xFF, 0xFE], try avro(row, id: 8)] as [[UInt8]?] {
      #expect(throws: CDCError.self) { try edit.apply(to: letter(value), codecs) }
    }
    #expect(throws: CDCError.self) { try self.edit([("no pointer", 1)]) }
  }

  @Test func theSchemaIsAskedOnce() throws {
    let asked = Counter()
    let cache = CodecCache { _ throws(CDCError) in
      asked.count += 1
      throw CDCError(.schemaUnknown, "none")
    }
    for _ in 0..<3 { #expect(cache.codec(1) == nil) }
    #expect(asked.count == 1)
  }
}

private final class Counter: @unchecked Sendable { var count = 0 }
