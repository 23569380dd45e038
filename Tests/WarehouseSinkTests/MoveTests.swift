import ChangeModel
import EventEncoding
import JSON
import TestSupport
import Testing

@testable import WarehouseSink

/// A changed key comes as two halves, here in two of three partitions that two tasks own. The new row does not tell its
/// long text, which did not change: it must be there in the end, whichever half comes first.
@Suite(.needsPostgres) struct MoveTests {
  let warehouse: Warehouse
  let maker: EventMaker
  let batches = BatchMaker()
  private let topic = "crm.public.customers"

  init() throws {
    warehouse = try Warehouse()
    maker = try warehouse.customers()
  }

  private func place(_ partition: Int32) -> TopicPartition { TopicPartition(topic: topic, partition: partition) }

  private func task(_ partitions: [Int32]) throws -> WarehouseSink {
    let sink = try warehouse.sink(partitions: 3)
    _ = try sink.assigned(partitions.map(place))
    return sink
  }

  private func oldHalf(_ old: Int, to new: Int, partition: Int32) throws {
    batches.next()
    try batches.delete(
      maker, key: ["id": .integer(old)], before: customer(old, "", bio: nil), partition: partition,
      headers: [("__debezium.newkey", #"{"id":\#(new)}"#)])
  }

  private func newHalf(_ new: Int, from old: Int, bio: String? = unavailable, partition: Int32) throws {
    batches.next()
    try batches.upsert(
      maker, key: ["id": .integer(new)], customer(new, "moved", bio: bio), partition: partition,
      headers: [("__debezium.oldkey", #"{"id":\#(old)}"#)])
  }

  private func seed(_ sink: WarehouseSink, _ id: Int, partition: Int32) throws {
    batches.next()
    try batches.upsert(maker, key: ["id": .integer(id)], customer(id, "first", bio: "long \(id)"), partition: partition)
    _ = try sink.write(batches.batch, rejected: RejectNothing())
  }

  private var rows: String { get throws { try warehouse.psql("SELECT id, name, bio FROM customers ORDER BY id") } }
  private var left: String { get throws { try warehouse.psql("SELECT count(*) FROM cdc_sink_moves") } }

  @Test func theDeleteComesFirst() throws {
    let (one, two) = (try task([0, 2]), try task([1]))
    try seed(one, 1, partition: 0)
    try oldHalf(1, to: 2, partition: 0)
    _ = try one.write(batches.batch, rejected: RejectNothing())
    #expect(try rows == "")
    try newHalf(2, from: 1, partition: 1)
    _ = try two.write(batches.batch, rejected: RejectNothing())
    #expect(try rows == "2|moved|long 1")
    #expect(try left == "0")
  }

  @Test func theCreateComesFirst() throws {
    let (one, two) = (try task([0, 2]), try task([1]))
    try seed(one, 1, partition: 0)
    try newHalf(2, from: 1, partition: 1)
    _ = try two.write(batches.batch, rejected: RejectNothing())
    #expect(try rows == "1|first|long 1\n2|moved|")
    // What happens to the old key before its half of the move still counts.
    batches.next()
    try batches.upsert(maker, "u", key: ["id": 1], customer(1, "second", bio: "longer"), partition: 0)
    _ = try one.write(batches.batch, rejected: RejectNothing())
    try oldHalf(1, to: 2, partition: 0)
    _ = try one.write(batches.batch, rejected: RejectNothing())
    #expect(try rows == "2|moved|longer")
    #expect(try left == "0")
  }

  @Test func aLaterValueIsNotOverwritten() throws {
    let (one, two) = (try task([0]), try task([1]))
    try seed(one, 1, partition: 0)
    try newHalf(2, from: 1, partition: 1)
    _ = try two.write(batches.batch, rejected: RejectNothing())
    batches.next()
    try batches.upsert(maker, "u", key: ["id": 2], customer(2, "again", bio: "own"), partition: 1)
    _ = try two.write(batches.batch, rejected: RejectNothing())
    try oldHalf(1, to: 2, partition: 0)
    _ = try one.write(batches.batch, rejected: RejectNothing())
    #expect(try rows == "2|again|own")
    #expect(try left == "0")
  }

  @Test func bothHalvesInOneBatch() throws {
    let sink = try task([0, 1, 2])
    try seed(sink, 1, partition: 0)
    batches.next()
    try batches.upsert(maker, "u", key: ["id": 1], customer(1, "x", bio: "in batch"), partition: 0)
    try batches.upsert(
      maker, key: ["id": 2], customer(2, "moved", bio: unavailable), partition: 1,
      headers: [("__debezium.oldkey", #"{"id":1}"#)])
    try batches.delete(
      maker, key: ["id": 1], before: customer(1, "", bio: nil), partition: 0,
      headers: [("__debezium.newkey", #"{"id":2}"#)])
    _ = try sink.write(batches.batch, rejected: RejectNothing())
    #expect(try rows == "2|moved|in batch")
    #expect(try left == "0")
  }

  @Test func aMoveThatLacksNothingLeavesNothing() throws {
    let (one, two) = (try task([0]), try task([1]))
    try seed(one, 1, partition: 0)
    try newHalf(2, from: 1, bio: "told", partition: 1)
    _ = try two.write(batches.batch, rejected: RejectNothing())
    try oldHalf(1, to: 2, partition: 0)
    _ = try one.write(batches.batch, rejected: RejectNothing())
    #expect(try rows == "2|moved|told")
    #expect(try left == "0")
  }

  @Test func aRestartBetweenTheHalvesChangesNothing() throws {
    let (one, two) = (try task([0]), try task([1]))
    try seed(one, 1, partition: 0)
    try newHalf(2, from: 1, partition: 1)
    _ = try two.write(batches.batch, rejected: RejectNothing())
    two.stop()
    one.stop()
    let again = try task([0, 1])
    batches.next()
    try batches.upsert(maker, "u", key: ["id": 2], customer(2, "again", bio: "own"), partition: 1)
    _ = try again.write(batches.batch, rejected: RejectNothing())
    try oldHalf(1, to: 2, partition: 0)
    _ = try again.write(batches.batch, rejected: RejectNothing())
    #expect(try rows == "2|again|own")
  }
}
