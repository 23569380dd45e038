import ChangeModel
import EventEncoding
import JSON
import TestSupport
import Testing

@testable import WarehouseSink

/// Keeps what it is told, and takes all poison records.
private final class Park: RejectionHandler {
  var parked: [Rejection] = []
  var isTolerant = true
  /// What was in the target when a record was parked.
  var look: () -> String = { "" }
  var seen: [String] = []

  func accepts(_ rejection: Rejection, of batch: RecordBatch) -> Bool { isTolerant }

  func park(_ rejections: [Rejection], of batch: RecordBatch) throws(CDCError) {
    seen.append(look())
    parked += rejections
    for rejection in rejections { batch.records[rejection.record].isExcluded = true }
  }
}

/// Records that the warehouse refuses: they alone are handed on, and all others are written, wherever they stand.
@Suite(.enabled(if: PostgresServer.isAvailable, "no PostgreSQL server here"))
struct RejectionTests {
  private let warehouse: Warehouse
  private let partition = TopicPartition(topic: "crm.public.customers", partition: 0)

  init() throws {
    warehouse = try Warehouse()
    try warehouse.psql(
      "CREATE TABLE customers (id bigint PRIMARY KEY, name text CHECK (name <> 'bad'), bio text, balance numeric(12,2))"
    )
  }

  private func batch(_ count: Int, bad: Set<Int>) throws -> BatchMaker {
    let maker = try warehouse.customers()
    let batches = BatchMaker()
    for id in 0..<count {
      try batches.upsert(maker, key: ["id": .integer(id)], customer(id, bad.contains(id) ? "bad" : "n\(id)"))
    }
    return batches
  }

  private var offset: String {
    get throws { try warehouse.psql("SELECT next_offset FROM cdc_sink_offsets") }
  }

  @Test(
    "refused rows are found wherever they stand", arguments: [[0], [499], [999], [0, 1, 500, 998, 999], [7, 8, 9]])
  func refusedRows(bad: [Int]) throws {
    let batches = try batch(1000, bad: Set(bad))
    let sink = try warehouse.sink()
    _ = try sink.assigned([partition])
    let park = Park()
    let durable = try sink.write(batches.batch, rejected: park)
    #expect(durable == [partition: 1000])
    #expect(try offset == "1000")
    #expect(try warehouse.psql("SELECT count(*) FROM customers") == "\(1000 - bad.count)")
    #expect(park.parked.map(\.record).sorted() == bad)
    let first = try #require(park.parked.first)
    #expect(first.error.code == .warehouseRefusedRow && first.stage == .taskPut)
    #expect(first.rule == "customers_name_check")
    #expect(first.error.message.contains("topic crm.public.customers, partition 0, offset \(first.record)"))
  }

  @Test("one refused row among many costs a logarithm of statements")
  func costs() throws {
    let batches = try batch(4096, bad: [1234])
    let sink = try warehouse.sink()
    _ = try sink.assigned([partition])
    let before = try transactions()
    _ = try sink.write(batches.batch, rejected: Park())
    #expect(try transactions() - before <= 2 * 12 + 8)
    #expect(try warehouse.psql("SELECT count(*) FROM customers") == "4095")
  }

  /// Offsets' rows that were written, rolled back or not.
  private func transactions() throws -> Int {
    try warehouse.psql("SELECT pg_stat_force_next_flush()")
    try warehouse.psql("SELECT pg_sleep(1.2)")
    return Int(try warehouse.psql("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'cdc_sink_offsets'")) ?? 0
  }

  @Test("a record is parked before its offset is passed")
  func parkedFirst() throws {
    let batches = try batch(10, bad: [4])
    let sink = try warehouse.sink()
    _ = try sink.assigned([partition])
    let park = Park()
    park.look = { (try? offset) ?? "?" }
    _ = try sink.write(batches.batch, rejected: park)
    let seen = try #require(park.seen.first)
    #expect(seen == "" || (Int(seen) ?? 99) <= 4)
  }

  @Test("without tolerance what stands before is written, and the error names the place")
  func stops() throws {
    let batches = try batch(100, bad: [60])
    let sink = try warehouse.sink()
    _ = try sink.assigned([partition])
    let park = Park()
    park.isTolerant = false
    let error = try failure { _ = try sink.write(batches.batch, rejected: park) }
    #expect(error.code == .warehouseRefusedRow && error.message.contains("offset 60"))
    #expect(try offset == "60")
    #expect(try warehouse.psql("SELECT count(*), max(id) FROM customers") == "60|59")
    // Corrected in the warehouse, the rest follows.
    try warehouse.psql("ALTER TABLE customers DROP CONSTRAINT customers_name_check")
    _ = try sink.write(batches.batch, rejected: park)
    #expect(try warehouse.psql("SELECT count(*) FROM customers") == "100")
  }

  @Test("broken bytes, missing keys, values out of range: each alone, with its place")
  func faults() throws {
    try warehouse.psql("ALTER TABLE customers ALTER id TYPE smallint")
    let maker = try warehouse.customers()
    let batches = BatchMaker()
    try batches.upsert(maker, key: ["id": 1], customer(1, "a"))
    batches.add(maker.topic, key: try maker.key(["id": 2]), value: [1, 2, 3])
    try batches.upsert(maker, key: ["id": 70000], customer(70000, "too large"))
    let whole = try maker.value("c", before: nil, after: customer(4, "cut"), lsn: 5)
    batches.add(maker.topic, key: try maker.key(["id": 4]), value: Array(whole.dropLast(9)))
    batches.add(maker.topic, key: nil, value: try maker.value("c", before: nil, after: customer(5, "x"), lsn: 6))
    batches.add(maker.topic, key: [0, 0, 0, 0, 99, 2], value: whole)
    try batches.upsert(maker, key: ["id": 7], customer(7, "b"))
    let sink = try warehouse.sink()
    _ = try sink.assigned([partition])
    let park = Park()
    _ = try sink.write(batches.batch, rejected: park)
    #expect(try warehouse.psql("SELECT id FROM customers ORDER BY id") == "1\n7")
    #expect(try offset == "7")
    let found = Dictionary(uniqueKeysWithValues: park.parked.map { ($0.record, $0) })
    #expect(found.keys.sorted() == [1, 2, 3, 4, 5])
    #expect(found[1]?.stage == .valueConverter && found[1]?.error.code == .undecodableRecord)
    #expect(found[2]?.error.code == .warehouseValue && found[2]?.pointer == "/after/id")
    #expect(found[3]?.stage == .valueConverter)
    #expect(found[4]?.error.code == .warehouseKeyMissing)
    #expect(found[5]?.stage == .keyConverter)
    #expect(park.parked.allSatisfy { !$0.error.description.contains("too large") })
  }

  @Test("deletes and inserts of one key keep their order around a refused row")
  func order() throws {
    let maker = try warehouse.customers()
    let batches = BatchMaker()
    try batches.upsert(maker, key: ["id": 1], customer(1, "first"))
    try batches.delete(maker, key: ["id": 1], before: customer(1, "first"))
    try batches.upsert(maker, key: ["id": 2], customer(2, "bad"))
    try batches.upsert(maker, key: ["id": 1], customer(1, "again"))
    try batches.upsert(maker, key: ["id": 3], customer(3, "gone"))
    try batches.delete(maker, key: ["id": 3], before: customer(3, "gone"))
    let sink = try warehouse.sink()
    _ = try sink.assigned([partition])
    _ = try sink.write(batches.batch, rejected: Park())
    #expect(try warehouse.psql("SELECT id, name FROM customers ORDER BY id") == "1|again")
  }
}
