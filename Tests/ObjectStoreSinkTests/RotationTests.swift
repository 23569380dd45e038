import ChangeModel
import JSON
import ObjectStore
import Testing

@testable import ObjectStoreSink

/// When files are closed, and what is durable then.
@Suite struct RotationTests {
  private func orders(_ bench: Bench, _ range: ClosedRange<Int>, partition: Int32 = 0, time: Int64 = 0) throws -> Batch
  {
    let batch = Batch()
    for id in range {
      batch.add("orders", partition, Int64(id), value: try bench.value(Orders.json(id), Orders.schema), time: time)
    }
    return batch
  }

  @Test func flushSizeClosesAllFilesOfThePartition() throws {
    let bench = try Bench()
    let durable = try bench.write(orders(bench, 42...47))
    #expect(
      bench.names == [
        "topics/orders/partition=0/orders+0+0000000042.avro", "topics/orders/partition=0/orders+0+0000000045.avro",
      ])
    #expect(durable == [.orders(0): 48])
  }

  @Test func nothingIsDurableBeforeItsFileIs() throws {
    let bench = try Bench()
    #expect(try bench.write(orders(bench, 10...11)) == [:])
    #expect(bench.names.isEmpty)
    #expect(try bench.write(orders(bench, 12...13)) == [.orders(0): 13])
  }

  @Test func aReplayMakesTheSameObjects() throws {
    let first = try Bench(["avro.codec": "deflate"])
    let second = try Bench(["avro.codec": "deflate"])
    try first.write(orders(first, 0...8))
    for id in 0...8 { try second.write(orders(second, id...id)) }
    #expect(first.store.objects == second.store.objects)
    #expect(first.store.objects.count == 3)
  }

  @Test func partitionsAreCountedApart() throws {
    let bench = try Bench()
    try bench.write(orders(bench, 0...1))
    try bench.write(orders(bench, 0...1, partition: 1))
    #expect(bench.names.isEmpty)
    #expect(try bench.write(orders(bench, 2...2, partition: 1)) == [.orders(1): 3])
  }

  @Test func whatAStopLosesIsReadAgain() throws {
    let bench = try Bench()
    try bench.write(orders(bench, 0...4))
    bench.sink.stop()
    try bench.sink.start()
    #expect(try bench.sink.assigned([.orders(0), .orders(1)]) == [.orders(0): 3])
    try bench.write(orders(bench, 3...5))
    #expect(bench.names.last == "topics/orders/partition=0/orders+0+0000000003.avro")
  }

  @Test func revokedPartitionsAreForgotten() throws {
    let bench = try Bench()
    try bench.write(orders(bench, 0...1))
    bench.sink.revoked([.orders(0)])
    bench.sink.stop()
    try bench.sink.start()
    #expect(try bench.sink.assigned([.orders(0)]) == [:])
    #expect(try bench.write(orders(bench, 0...2)) == [.orders(0): 3])
    #expect(bench.names == ["topics/orders/partition=0/orders+0+0000000000.avro"])
  }

  @Test func anotherSchemaClosesTheFile() throws {
    let bench = try Bench(["flush.size": "100"])
    try bench.write(orders(bench, 0...1))
    let wider = Orders.schema(more: #","# + #"{"name":"note","type":["null","string"],"default":null}"#)
    let batch = Batch()
    var json = Orders.json(2)
    if case .object(var object) = json {
      object["note"] = "x"
      json = .object(object)
    }
    batch.add("orders", 0, 2, value: try bench.value(json, wider))
    #expect(try bench.write(batch) == [.orders(0): 2])
    #expect(bench.names == ["topics/orders/partition=0/orders+0+0000000000.avro"])
  }

  @Test func recordTimeClosesFiles() throws {
    let bench = try Bench([
      "flush.size": "100", "rotate.interval.ms": "60000", "timezone": "UTC", "locale": "en",
      "partitioner.class": "io.confluent.connect.storage.partitioner.HourlyPartitioner",
      "timestamp.extractor": "Record",
    ])
    let hour: Int64 = 1_767_225_600_000
    try bench.write(orders(bench, 0...0, time: hour))
    #expect(try bench.write(orders(bench, 1...1, time: hour + 59_999)) == [:])
    #expect(try bench.write(orders(bench, 2...2, time: hour + 60_000)) == [.orders(0): 2])
    // A change of the folder closes them, too.
    #expect(try bench.write(orders(bench, 3...3, time: hour + 3_600_000)) == [.orders(0): 3])
    #expect(
      bench.names == [
        "topics/orders/year=2026/month=01/day=01/hour=00/orders+0+0000000000.avro",
        "topics/orders/year=2026/month=01/day=01/hour=00/orders+0+0000000002.avro",
      ])
  }

  @Test func foldersStayOpenWithoutAnInterval() throws {
    let bench = try Bench([
      "flush.size": "4", "timezone": "UTC", "locale": "en",
      "partitioner.class": "io.confluent.connect.storage.partitioner.HourlyPartitioner",
      "timestamp.extractor": "Record",
    ])
    let hour: Int64 = 1_767_225_600_000
    for (offset, time) in [hour, hour + 3_600_000, hour, hour + 3_600_000].enumerated() {
      try bench.write(orders(bench, offset...offset, time: time))
    }
    #expect(
      bench.names == [
        "topics/orders/year=2026/month=01/day=01/hour=00/orders+0+0000000000.avro",
        "topics/orders/year=2026/month=01/day=01/hour=01/orders+0+0000000001.avro",
      ])
  }

  @Test func openFilesAreLimitedByTheOrderOfRecords() throws {
    let bench = try Bench([
      "flush.size": "100", "partitioner.max.open.files": "2", "partition.field.name": "id",
      "partitioner.class": "io.confluent.connect.storage.partitioner.FieldPartitioner",
    ])
    #expect(try bench.write(orders(bench, 0...1)) == [:])
    #expect(try bench.write(orders(bench, 2...2)) == [.orders(0): 2])
    #expect(
      bench.names == ["topics/orders/id=0/orders+0+0000000000.avro", "topics/orders/id=1/orders+0+0000000001.avro"])
  }

  @Test func theWallClockClosesFilesAndCommitsEach() throws {
    let bench = try Bench([
      "flush.size": "100", "rotate.schedule.interval.ms": "600000", "timezone": "UTC",
    ])
    bench.now += 60_000
    try bench.write(orders(bench, 0...1))
    #expect(try bench.sink.tick() == [:])
    bench.now += 539_999
    #expect(try bench.sink.tick() == [:])
    bench.now += 1
    #expect(try bench.sink.tick() == [.orders(0): 2])
    #expect(bench.commits == [[.orders(0): 2]])
    // A count within one batch is committed before the next file begins.
    try bench.write(orders(bench, 2...250))
    #expect(bench.commits.count == 3)
  }

  @Test func aFailedPutMovesNothing() throws {
    let bench = try Bench()
    bench.store.failures = [CDCError(.objectStoreUnavailable, "down")]
    #expect(throws: CDCError.self) { try bench.write(orders(bench, 0...4)) }
    bench.sink.stop()
    try bench.sink.start()
    #expect(try bench.sink.assigned([.orders(0)]) == [.orders(0): 0])
    #expect(try bench.write(orders(bench, 0...4)) == [.orders(0): 3])
  }

  @Test func topicsThatMeetBehindStagesAreRefused() throws {
    let bench = try Bench()
    let value = try bench.value(Orders.json(1), Orders.schema)
    try bench.write(Batch().add("all", 0, 0, value: value, consumed: "orders.a"))
    let error = try #require(throws: CDCError.self) {
      try bench.write(Batch().add("all", 0, 0, value: value, consumed: "orders.b"))
    }
    #expect(error.code == .objectNameShared)
  }

  @Test func replaysHaveNamesOfTheirOwn() throws {
    let bench = try Bench(["flush.size": "1"])
    let value = try bench.value(Orders.json(1), Orders.schema)
    try bench.write(Batch().add("orders", 0, 7, value: value, consumed: "lake.replay/2/orders"))
    #expect(bench.names == ["topics/orders/partition=0/lake.replay-2-orders+0+0000000007.avro"])
  }
}
