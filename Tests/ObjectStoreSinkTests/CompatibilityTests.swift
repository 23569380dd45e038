import Avro
import ChangeModel
import JSON
import Testing

@testable import ObjectStoreSink

/// Schemas that change while a file is open.
@Suite struct CompatibilityTests {
  private static let json = ["format.class": "io.confluent.connect.s3.format.json.JsonFormat", "flush.size": "100"]
  private static let wide = Orders.schema(
    more: #",{"name":"note","type":["null","string"],"default":null},{"name":"rank","type":"int","default":7}"#)

  private func wide(_ id: Int) -> JSONValue {
    guard case .object(var object) = Orders.json(id) else { return .null }
    object["note"] = "n"
    object["rank"] = .integer(3)
    return .object(object)
  }

  /// Writes records of the narrow (`n`) and the wide schema; the wide one is newer. Returns the objects' lines.
  private func lines(_ mode: String, _ order: String, _ more: [String: String] = [:]) throws -> [[String]] {
    let bench = try Bench(Self.json.merging(["schema.compatibility": mode]) { $1 }.merging(more) { $1 })
    _ = bench.schemas.add(Orders.schema)
    let batch = Batch()
    for (offset, letter) in order.enumerated() {
      let value =
        letter == "n"
        ? try bench.value(Orders.json(offset), Orders.schema) : try bench.value(wide(offset), Self.wide)
      batch.add("orders", 0, Int64(offset), value: value)
    }
    try bench.write(batch)
    try bench.sink.finish()
    return bench.store.puts.map { put in
      String(decoding: put.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
  }

  private func counts(_ mode: String, _ order: String) throws -> [Int] { try lines(mode, order).map(\.count) }

  @Test func noneTakesOneSchema() throws { #expect(try counts("NONE", "nnwnww") == [2, 1, 1, 2]) }

  @Test func backwardClosesForNewerOnesOnly() throws {
    #expect(try counts("BACKWARD", "nnwnww") == [2, 4])
    #expect(try counts("FULL", "nnwnww") == [2, 4])
    let objects = try lines("BACKWARD", "wn")
    #expect(
      objects == [
        [
          #"{"id":0,"region":null,"at":null,"note":"n","rank":3}"#,
          #"{"id":1,"region":null,"at":null,"note":null,"rank":7}"#,
        ]
      ])
  }

  @Test func forwardClosesForOlderOnesOnly() throws {
    #expect(try counts("FORWARD", "nnwnww") == [6])
    let objects = try lines("FORWARD", "nw")
    #expect(objects == [[#"{"id":0,"region":null,"at":null}"#, #"{"id":1,"region":null,"at":null}"#]])
    #expect(try counts("FORWARD", "wn") == [1, 1])
  }

  @Test func whatCantBeProjectedCloses() throws {
    let bench = try Bench(Self.json.merging(["schema.compatibility": "FORWARD"]) { $1 })
    let other = try Schema(
      parsing:
        #"{"type":"record","name":"shop.Order","fields":[{"name":"id","type":"string"}],"connect.name":"shop.Order"}"#)
    try bench.write(
      Batch().add("orders", 0, 0, value: try bench.value(Orders.json(1), Orders.schema))
        .add("orders", 0, 1, value: try bench.value(["id": "x"], other)))
    #expect(bench.names.count == 1)
  }

  @Test func numbersAreWidened() throws {
    func schema(_ type: String) throws -> Schema {
      try Schema(
        parsing: #"{"type":"record","name":"a.N","fields":[{"name":"v","type":"\#(type)"}],"connect.name":"a.N"}"#)
    }
    let bench = try Bench(Self.json.merging(["schema.compatibility": "BACKWARD"]) { $1 })
    _ = bench.schemas.add(try schema("int"))
    try bench.write(
      Batch().add("orders", 0, 0, value: try bench.value(["v": .integer(5_000_000_000)], try schema("long")))
        .add("orders", 0, 1, value: try bench.value(["v": .integer(6)], try schema("int"))))
    try bench.sink.finish()
    #expect(try bench.text("topics/orders/partition=0/orders+0+0000000000.json") == "{\"v\":5000000000}\n{\"v\":6}\n")
  }

  @Test func schemasWithoutAVersionAreRefused() throws {
    let bench = try Bench(
      Self.json.merging([
        "schema.compatibility": "BACKWARD", "value.converter": "org.apache.kafka.connect.json.JsonConverter",
      ]) { $1 })
    func value(_ field: String) -> [UInt8] {
      Array(
        #"{"schema":{"type":"struct","fields":[{"type":"int64","field":"\#(field)"}]},"payload":{"\#(field)":5}}"#.utf8)
    }
    let park = Park()
    try bench.write(Batch().add("orders", 0, 0, value: value("a")).add("orders", 0, 1, value: value("b")), park)
    #expect(park.parked.map(\.record) == [1])
  }
}
