import Avro
import ChangeModel
import JSON
import Testing

@testable import ObjectStoreSink

/// Records that can't be stored: each is handed on alone, and all others are stored.
@Suite struct RejectionTests {
  private static let field = [
    "partitioner.class": "io.confluent.connect.storage.partitioner.FieldPartitioner", "partition.field.name": "nothing",
  ]
  private static let time = [
    "partitioner.class": "io.confluent.connect.storage.partitioner.HourlyPartitioner", "timestamp.extractor": "Record",
    "timezone": "UTC", "locale": "en",
  ]

  private func bad(_ name: String, _ bench: Bench) throws -> [UInt8]? {
    let good = try bench.value(Orders.json(1, "eu"), Orders.schema)
    switch name {
    case "empty": return []
    case "no wire format": return Array("hello".utf8)
    case "cut short": return Array(good.dropLast(2))
    case "too long": return good + [0]
    case "unknown schema": return [0, 0, 0, 0x27, 0x0F, 2]
    case "length of 2 GB": return Array(good.prefix(6)) + [2, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F]
    case "tombstone": return nil
    case "deep nesting":
      let tree = try Schema(
        parsing: #"{"type":"record","name":"T","fields":[{"name":"t","type":["null","T"],"default":null}]}"#)
      let id = bench.schemas.add(tree)
      return [0] + withUnsafeBytes(of: id.bigEndian) { Array($0) } + Array(repeating: 2, count: 10_000) + [0]
    default: return good
    }
  }

  @Test(
    arguments: [
      ("empty", [:], 7100, "VALUE_CONVERTER"), ("no wire format", [:], 7100, "VALUE_CONVERTER"),
      ("cut short", [:], 7100, "VALUE_CONVERTER"), ("too long", [:], 7100, "VALUE_CONVERTER"),
      ("length of 2 GB", [:], 7100, "VALUE_CONVERTER"), ("deep nesting", [:], 7100, "VALUE_CONVERTER"),
      ("unknown schema", [:], 4004, "VALUE_CONVERTER"), ("tombstone", [:], 7103, "TASK_PUT"),
      ("no time", time, 7101, "TASK_PUT"), ("no field", field, 7101, "TASK_PUT"),
    ] as [(String, [String: String], Int, String)])
  func poison(name: String, keys: [String: String], code: Int, stage: String) throws {
    for place in 0..<3 {
      let bench = try Bench(keys.merging(["flush.size": "2"]) { $1 })
      let isWhole = keys == Self.field
      let batch = Batch()
      for offset in 0..<3 {
        let isBad = offset == place
        let value = isBad ? try bad(name, bench) : isWhole ? nil : try bench.value(Orders.json(offset), Orders.schema)
        batch.add("orders", 0, Int64(offset), value: value, time: isBad ? -1 : 1)
        if isWhole, !isBad { batch.batch.records[offset].isExcluded = true }
      }
      let park = Park()
      let durable = try bench.write(batch, park)
      #expect(durable == [.orders(0): 3])
      #expect(park.parked.map(\.record) == [place])
      let rejection = try #require(park.parked.first)
      #expect(rejection.error.code.number == code && rejection.stage.rawValue == stage, "\(rejection.error)")
      #expect(rejection.error.message.contains("topic orders, partition 0, offset \(place)"))
      #expect(bench.store.puts.count == (isWhole ? 0 : 1))
    }
  }

  @Test func goodRecordsAreDeliveredBeforeTheTaskStops() throws {
    let bench = try Bench(["flush.size": "100"])
    let batch = Batch()
    for offset in 0..<5 {
      batch.add(
        "orders", 0, Int64(offset), value: offset == 3 ? [9] : try bench.value(Orders.json(offset), Orders.schema))
    }
    let error = #expect(throws: CDCError.self) { try bench.write(batch) }
    #expect(error?.code == .objectRecordUnreadable)
    #expect(bench.names == ["topics/orders/partition=0/orders+0+0000000000.avro"])
    #expect(bench.commits == [[.orders(0): 3]])
  }

  @Test func anUnreachableRegistryIsNoFaultOfTheRecord() throws {
    let bench = try Bench()
    let value = try bench.value(Orders.json(1), Orders.schema)
    bench.schemas.failure = CDCError(.registryUnreachable, "down")
    let park = Park()
    let error = #expect(throws: CDCError.self) { try bench.write(Batch().add("orders", 0, 0, value: value), park) }
    #expect(error?.code == .registryUnreachable && park.parked.isEmpty)
    bench.schemas.failure = nil
    #expect(try bench.write(Batch().add("orders", 0, 0, value: value)) == [:])
  }

  @Test func ignoredTombstonesPassOrAreDeadLetters() throws {
    let quiet = try Bench(["behavior.on.null.values": "ignore"])
    #expect(try quiet.write(Batch().add("orders", 0, 4, value: nil)) == [.orders(0): 5])
    let told = try Bench([
      "behavior.on.null.values": "ignore", "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "dead",
    ])
    let park = Park()
    #expect(try told.write(Batch().add("orders", 0, 4, value: nil), park) == [.orders(0): 5])
    #expect(park.parked.count == 1)
    let silent = try Bench([
      "behavior.on.null.values": "ignore", "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "dead",
      "report.null.values.to.dlq": "false",
    ])
    #expect(try silent.write(Batch().add("orders", 0, 4, value: nil)) == [.orders(0): 5])
  }

  @Test func keysAndHeadersMustBeThereWhereTheyAreStored() throws {
    let bench = try Bench([
      "store.kafka.keys": "true", "store.kafka.headers": "true", "flush.size": "1",
      "key.converter": "org.apache.kafka.connect.storage.StringConverter",
    ])
    let value = try bench.value(Orders.json(1), Orders.schema)
    let park = Park()
    let batch = Batch()
    batch.add("orders", 0, 0, value: value, headers: [("h", "x")])
    batch.add("orders", 0, 1, value: value, key: Array("k".utf8))
    batch.add("orders", 0, 2, value: value, key: Array("k".utf8), headers: [("h", nil)])
    batch.add("orders", 0, 3, value: value, key: Array("k".utf8), headers: [("h", "x")])
    try bench.write(batch, park)
    #expect(park.parked.map(\.record) == [0, 1, 2])
    #expect(park.parked.allSatisfy { $0.error.code == .objectFormat })
    #expect(bench.names.count == 3)
    // What the refused records had appended is gone: one record each.
    #expect(bench.store.puts[0].bytes.count > 0)
  }

  @Test func whatIsNotUTF8IsNoJSON() throws {
    let bench = try Bench([
      "format.class": "io.confluent.connect.s3.format.json.JsonFormat", "flush.size": "1",
      "value.converter": "org.apache.kafka.connect.storage.StringConverter",
    ])
    let park = Park()
    try bench.write(
      Batch().add("orders", 0, 0, value: [0x61, 0xFF]).add("orders", 0, 1, value: Array("ok".utf8)), park)
    #expect(park.parked.map(\.error.code) == [.objectFormat])
    #expect(bench.store.objects == ["topics/orders/partition=0/orders+0+0000000001.json": Array("\"ok\"\n".utf8)])
  }
}
