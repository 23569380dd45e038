import ChangeModel
import EventEncoding
import JSON
import Pipeline
import TestSupport
import Testing

@testable import WarehouseSink

/// Stages before the sink: what it can't do while it decodes events comes before it, with the same tables in the end.
@Suite(.enabled(if: PostgresServer.isAvailable, "no PostgreSQL server here"))
struct StageTests {
  let warehouse: Warehouse
  let partition = TopicPartition(topic: "crm.public.customers", partition: 0)

  init() throws { warehouse = try Warehouse() }

  private static let unwrap = [
    "transforms": "u", "transforms.u.type": "io.debezium.transforms.ExtractNewRecordState",
  ]

  /// The sink as the engine puts it together.
  private func staged(_ keys: [String: String]) throws -> any RecordSink {
    var config = try warehouse.config(keys)
    #expect(!config.stages.isEmpty)
    let pipeline = try config.stages.pipeline(
      RecordPipeline.Setup(isSink: true, keySchemas: warehouse.schemas, valueSchemas: warehouse.schemas))
    config.keyFormat = pipeline.keyFormat
    config.valueFormat = pipeline.valueFormat
    let context = SinkContext(
      name: "dwh", clusterID: "c1", keySchemas: pipeline.keySchemas, valueSchemas: pipeline.valueSchemas,
      partitionCount: { _ in 1 })
    let sink = StagedSink(WarehouseSink(config, context), behind: pipeline)
    try sink.start()
    return sink
  }

  @Test("what the sink does by itself stays there, everything else comes before it")
  func theFastPath() throws {
    var keys = Self.unwrap
    #expect(try warehouse.config(keys).stages.isEmpty)
    keys["transforms"] = "u,r"
    keys["transforms.r.type"] = "org.apache.kafka.connect.transforms.RegexRouter"
    keys["transforms.r.regex"] = "crm\\.public\\.(.*)"
    keys["transforms.r.replacement"] = "$1"
    #expect(try warehouse.config(keys).stages.isEmpty)
    var added = keys
    added["transforms.u.add.fields"] = "op"
    #expect(!(try warehouse.config(added).stages.isEmpty))
    var conditional = keys
    conditional["transforms.u.predicate"] = "p"
    conditional["predicates"] = "p"
    conditional["predicates.p.type"] = "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone"
    conditional["transforms.u.negate"] = "true"
    #expect(!(try warehouse.config(conditional).stages.isEmpty))
  }

  @Test("rows, deletes and routed tables behind stages, and the offsets of the topic that was read")
  func rows() throws {
    var keys = Self.unwrap
    keys["transforms"] = "u,m,i,r"
    keys["transforms.u.add.fields"] = "op,source.lsn:lsn"
    keys["transforms.m.type"] = "org.apache.kafka.connect.transforms.MaskField$Value"
    keys["transforms.m.fields"] = "bio"
    keys["transforms.m.predicate"] = "deleted"
    keys["transforms.m.negate"] = "true"
    keys["predicates"] = "deleted"
    keys["predicates.deleted.type"] = "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone"
    keys["transforms.i.type"] = "org.apache.kafka.connect.transforms.InsertField$Value"
    keys["transforms.i.static.field"] = "origin"
    keys["transforms.i.static.value"] = "crm"
    keys["transforms.r.type"] = "org.apache.kafka.connect.transforms.RegexRouter"
    keys["transforms.r.regex"] = "crm\\.public\\.(.*)"
    keys["transforms.r.replacement"] = "dwh_$1"
    let maker = try warehouse.customers()
    let batches = BatchMaker()
    let sink = try staged(keys)
    defer { sink.stop() }
    _ = try sink.assigned([partition])
    for id in 1...3 { try batches.upsert(maker, key: ["id": .integer(id)], customer(id, "n\(id)")) }
    _ = try sink.write(batches.batch, rejected: RejectNothing())
    batches.next()
    try batches.upsert(maker, "u", key: ["id": 2], customer(2, "new", bio: nil, balance: "/w=="))
    try batches.delete(maker, key: ["id": 3], before: customer(3, "n3"))
    let durable = try sink.write(batches.batch, rejected: RejectNothing())
    #expect(
      try warehouse.psql("SELECT id, name, bio, balance, __op, origin, __lsn > 1000 FROM dwh_customers ORDER BY id")
        == "1|n1||1.50|c|crm|t\n2|new||-0.01|u|crm|t")
    #expect(durable.keys.map(\.topic) == ["crm.public.customers"])
    #expect(try warehouse.psql("SELECT topic, next_offset FROM cdc_sink_offsets") == "crm.public.customers|6")
  }

  @Test("a record that a stage refuses is told by its place; those before it are written")
  func refused() throws {
    var keys = Self.unwrap
    keys["transforms"] = "u,c"
    keys["transforms.c.type"] = "org.apache.kafka.connect.transforms.Cast$Value"
    keys["transforms.c.spec"] = "name:int32"
    let maker = try warehouse.customers()
    let batches = BatchMaker()
    let sink = try staged(keys)
    defer { sink.stop() }
    _ = try sink.assigned([partition])
    try batches.upsert(maker, key: ["id": 1], customer(1, "11"))
    try batches.upsert(maker, key: ["id": 2], customer(2, "x"))
    try batches.upsert(maker, key: ["id": 3], customer(3, "33"))
    let error = try failure { _ = try sink.write(batches.batch, rejected: RejectNothing()) }
    #expect(error.code.number == 8103)
    #expect(error.message.contains("topic crm.public.customers, partition 0, offset 1"), "\(error)")
    #expect(try warehouse.psql("SELECT id, name FROM customers") == "1|11")
    #expect(try warehouse.psql("SELECT next_offset FROM cdc_sink_offsets") == "1")
  }
}
