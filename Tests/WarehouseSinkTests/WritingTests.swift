import ChangeModel
import EventEncoding
import JSON
import TestSupport
import Testing

@testable import WarehouseSink

@Suite(.enabled(if: PostgresServer.isAvailable, "no PostgreSQL server here"))
struct WritingTests {
  let warehouse: Warehouse
  let partition = TopicPartition(topic: "crm.public.customers", partition: 0)

  init() throws { warehouse = try Warehouse() }

  @Test("rows are inserted, updated and deleted; the table is made with the types of the schema")
  func lifecycle() throws {
    let maker = try warehouse.customers()
    let batches = BatchMaker()
    let sink = try warehouse.sink()
    #expect(try sink.assigned([partition]) == [:])
    for id in 1...3 { try batches.upsert(maker, key: ["id": .integer(id)], customer(id, "n\(id)")) }
    _ = try sink.write(batches.batch, rejected: RejectNothing())
    #expect(try warehouse.psql("SELECT * FROM customers ORDER BY id") == "1|n1|bio|1.50\n2|n2|bio|1.50\n3|n3|bio|1.50")
    #expect(
      try warehouse.psql(
        "SELECT string_agg(format_type(atttypid, atttypmod), ',' ORDER BY attnum) FROM pg_attribute "
          + "WHERE attrelid = 'customers'::regclass AND attnum > 0") == "bigint,text,text,numeric(12,2)")
    batches.next()
    try batches.upsert(maker, "u", key: ["id": 2], customer(2, "new", bio: nil, balance: "/w=="))
    try batches.delete(maker, key: ["id": 3], before: customer(3, "n3"))
    _ = try sink.write(batches.batch, rejected: RejectNothing())
    #expect(try warehouse.psql("SELECT * FROM customers ORDER BY id") == "1|n1|bio|1.50\n2|new||-0.01")
    #expect(
      try warehouse.psql("SELECT sink, topic, part, next_offset, epoch, cluster_id FROM cdc_sink_offsets")
        == "dwh|crm.public.customers|0|6|1|c1")
  }

  @Test("a batch is reduced to the last event of each key, in order")
  func reduction() throws {
    let maker = try warehouse.customers()
    let batches = BatchMaker()
    let sink = try warehouse.sink()
    _ = try sink.assigned([partition])
    try batches.upsert(maker, key: ["id": 1], customer(1, "a"))
    try batches.upsert(maker, "u", key: ["id": 1], customer(1, "b"))
    try batches.upsert(maker, key: ["id": 2], customer(2, "a"))
    try batches.delete(maker, key: ["id": 2], before: customer(2, "a"))
    try batches.upsert(maker, key: ["id": 3], customer(3, "a"))
    try batches.delete(maker, key: ["id": 3], before: customer(3, "a"))
    try batches.upsert(maker, key: ["id": 3], customer(3, "again"))
    _ = try sink.write(batches.batch, rejected: RejectNothing())
    #expect(try warehouse.psql("SELECT id, name FROM customers ORDER BY id") == "1|b\n3|again")
  }

  @Test("unchanged TOAST values stay, whether the value is in the table or earlier in the batch")
  func toast() throws {
    let maker = try warehouse.customers()
    let batches = BatchMaker()
    let sink = try warehouse.sink()
    _ = try sink.assigned([partition])
    for id in 1...3 { try batches.upsert(maker, key: ["id": .integer(id)], customer(id, "n", bio: "long \(id)")) }
    try batches.upsert(maker, "u", key: ["id": 1], customer(1, "in batch", bio: unavailable))
    _ = try sink.write(batches.batch, rejected: RejectNothing())
    batches.next()
    try batches.upsert(maker, "u", key: ["id": 2], customer(2, "later", bio: unavailable))
    try batches.upsert(maker, "u", key: ["id": 3], customer(3, "all", bio: "new"))
    try batches.upsert(maker, "u", key: ["id": 3], customer(3, "both", bio: unavailable))
    _ = try sink.write(batches.batch, rejected: RejectNothing())
    #expect(
      try warehouse.psql("SELECT id, name, bio FROM customers ORDER BY id")
        == "1|in batch|long 1\n2|later|long 2\n3|both|new")
  }

  @Test("a batch that was written is not written again, and part of one goes on where it ended")
  func replay() throws {
    let maker = try warehouse.customers()
    let batches = BatchMaker()
    let sink = try warehouse.sink()
    _ = try sink.assigned([partition])
    try batches.upsert(maker, key: ["id": 1], customer(1, "a"))
    _ = try sink.write(batches.batch, rejected: RejectNothing())
    try warehouse.psql("UPDATE customers SET name = 'touched'")
    _ = try sink.write(batches.batch, rejected: RejectNothing())
    #expect(try warehouse.psql("SELECT name FROM customers") == "touched")
    // After a crash, another task gets the offset from the table.
    let second = try warehouse.sink()
    #expect(try second.assigned([partition]) == [partition: 1])
    try batches.upsert(maker, key: ["id": 2], customer(2, "b"))
    _ = try second.write(batches.batch, rejected: RejectNothing())
    #expect(try warehouse.psql("SELECT id, name FROM customers ORDER BY id") == "1|touched\n2|b")
  }

  @Test("an older owner writes nothing after another took the partition over")
  func fencing() throws {
    let maker = try warehouse.customers()
    let batches = BatchMaker()
    let old = try warehouse.sink()
    _ = try old.assigned([partition])
    try batches.upsert(maker, key: ["id": 1], customer(1, "a"))
    _ = try old.write(batches.batch, rejected: RejectNothing())
    let new = try warehouse.sink()
    _ = try new.assigned([partition])
    batches.next()
    try batches.upsert(maker, key: ["id": 1], customer(1, "stale"))
    let error = try failure { _ = try old.write(batches.batch, rejected: RejectNothing()) }
    #expect(error.code == .warehouseFenced)
    #expect(error.message.contains("fenced") && error.message.contains("crm.public.customers"))
    #expect(try warehouse.psql("SELECT name FROM customers") == "a")
    _ = try new.write(batches.batch, rejected: RejectNothing())
    #expect(try warehouse.psql("SELECT name FROM customers") == "stale")
  }

  @Test("an offset of another cluster counts as 0 with the embedded broker and is an error with a real one")
  func otherCluster() throws {
    let maker = try warehouse.customers()
    let batches = BatchMaker()
    let sink = try warehouse.sink()
    _ = try sink.assigned([partition])
    try batches.upsert(maker, key: ["id": 1], customer(1, "a"))
    _ = try sink.write(batches.batch, rejected: RejectNothing())
    let other = try warehouse.sink(cluster: "c2")
    #expect(try failure { _ = try other.assigned([partition]) }.code == .warehouseOtherCluster)
    let embedded = try warehouse.sink(cluster: "c3", isEmbedded: true)
    #expect(try embedded.assigned([partition]) == [partition: 0])
    _ = try embedded.write(batches.batch, rejected: RejectNothing())
    #expect(try warehouse.psql("SELECT next_offset, cluster_id FROM cdc_sink_offsets") == "1|c3")
  }

  @Test("a truncate empties the table where its topic has one partition, is passed over unless enabled, else fails")
  func truncate() throws {
    let maker = try warehouse.customers()
    let batches = BatchMaker()
    let plain = try warehouse.sink()
    _ = try plain.assigned([partition])
    try batches.upsert(maker, key: ["id": 1], customer(1, "a"))
    try batches.truncate(maker)
    _ = try plain.write(batches.batch, rejected: RejectNothing())
    #expect(try warehouse.psql("SELECT count(*) FROM customers") == "1")
    #expect(plain.passedOver == 1)
    let sink = try warehouse.sink(["truncate.enabled": "true"])
    _ = try sink.assigned([partition])
    batches.next()
    try batches.upsert(maker, key: ["id": 2], customer(2, "b"))
    try batches.truncate(maker)
    try batches.upsert(maker, key: ["id": 3], customer(3, "c"))
    _ = try sink.write(batches.batch, rejected: RejectNothing())
    #expect(try warehouse.psql("SELECT id FROM customers") == "3")
    let wide = try warehouse.sink(["truncate.enabled": "true"], partitions: 3)
    _ = try wide.assigned([partition])
    batches.next()
    try batches.truncate(maker)
    let error = try failure { _ = try wide.write(batches.batch, rejected: RejectNothing()) }
    #expect(error.code == .warehouseTruncateOrder && error.message.contains("crm.public.customers"))
  }

  @Test("large batches and small ones give the same rows")
  func sizes() throws {
    let maker = try warehouse.customers()
    for (size, table) in [(500, "small"), (5_000, "middle"), (25_000, "large")] {
      let batches = BatchMaker()
      let sink = try warehouse.sink(["name": table, "table.name.format": "public.\(table)"])
      batches.skip(partition.topic, 0, try sink.assigned([partition])[partition] ?? 0)
      for round in 0..<2 {
        batches.next()
        for id in 0..<size where round == 0 || id % 2 == 0 {
          try batches.upsert(maker, key: ["id": .integer(id)], customer(id, "round \(round)"))
        }
        for id in 0..<(size / 10) where round == 1 {
          try batches.delete(maker, key: ["id": .integer(id)], before: customer(id, ""))
        }
        _ = try sink.write(batches.batch, rejected: RejectNothing())
      }
      let counts = try warehouse.psql("SELECT name, count(*) FROM \(table) GROUP BY name ORDER BY name")
      #expect(counts == "round 0|\(size / 2 - size / 20)\nround 1|\(size / 2 - size / 20)")
    }
  }
}
