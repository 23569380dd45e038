import Avro
import ChangeModel
import EventEncoding
import JSON
import Pipeline
import Testing

@Suite struct RecordPipelineTests {
  private let registry = MemoryRegistry()
  private let schema: Schema

  init() throws {
    try registry.add(Wire.row, id: 7)
    schema = try registry.schema(id: 7)
  }

  private func row(_ id: Int, name: JSONValue = "Ann", level: JSONValue = 1) throws -> [UInt8] {
    try Wire.bytes(
      schema, id: 7, ["id": .integer(id), "name": name, "email": "a@b.ch", "level": level, "note": "n"])
  }

  private let mask: JSONObject = [
    "transforms": "m", "transforms.m.type": "org.apache.kafka.connect.transforms.MaskField$Value",
    "transforms.m.fields": "email", "transforms.m.replacement": "x",
  ]

  @Test func withoutStagesTheBatchIsPassedOn() throws {
    let pipeline = try Stages.pipeline([:], registry)
    let builder = BatchBuilder()
    builder.add(value: [1, 2, 3])
    #expect(pipeline.isEmpty)
    #expect(try pipeline.process(builder.batch).batch === builder.batch)
  }

  @Test func changedValuesAreReadByThePipelinesSchemas() throws {
    let pipeline = try Stages.pipeline(mask, registry)
    let builder = BatchBuilder()
    builder.add(key: [9], value: try row(1, level: nil))
    builder.add(value: try row(2, name: nil))
    let (batch, rejections) = try pipeline.process(builder.batch)
    #expect(rejections.isEmpty)
    #expect(
      try Wire.value(batch, batch.records[0].value, pipeline.valueSchemas)
        == ["id": 1, "name": "Ann", "email": "x", "level": 5, "note": "n"])
    #expect(
      try Wire.value(batch, batch.records[1].value, pipeline.valueSchemas)
        == ["id": 2, "name": nil, "email": "x", "level": 1, "note": "n"])
    #expect(batch.records.map(\.offset) == [100, 101])
    #expect(batch.records.map(\.partition) == [2, 2])
    #expect(Array(batch.bytes[batch.records[0].key]) == [9], "a key that no stage looks into is not even read")
  }

  @Test func onePipelineTakesManyBatches() throws {
    let pipeline = try Stages.pipeline(mask, registry)
    for round in 0..<3 {
      let builder = BatchBuilder(topics: round == 1 ? ["b", "a"] : ["a"])
      builder.add(value: try row(round), topic: Int32(round == 1 ? 1 : 0))
      let (batch, _) = try pipeline.process(builder.batch)
      #expect(batch.records.count == 1)
      #expect(batch.topics[Int(batch.records[0].topic)] == "a")
      #expect(try Wire.value(batch, batch.records[0].value, pipeline.valueSchemas)?["id"] == .integer(round))
    }
  }

  @Test func recordsThatNobodyLooksIntoKeepTheirBytes() throws {
    let pipeline = try Stages.pipeline(
      [
        "transforms": "r", "transforms.r.type": "org.apache.kafka.connect.transforms.RegexRouter",
        "transforms.r.regex": "shop\\.public\\.(.*)", "transforms.r.replacement": "$1",
      ], registry)
    let builder = BatchBuilder()
    builder.add(key: [1, 2], value: Array("no Avro".utf8))
    builder.add(value: nil)
    let (batch, rejections) = try pipeline.process(builder.batch)
    #expect(rejections.isEmpty)
    let record = batch.records[0]
    #expect(Array(batch.bytes[record.value]) == Array("no Avro".utf8))
    #expect(batch.topics[Int(record.topic)] == "orders")
    #expect(batch.topics[Int(record.consumedTopic)] == "shop.public.orders")
    #expect(!batch.records[1].value.isPresent)
  }

  @Test func droppedRecordsStayInTheirPlace() throws {
    let pipeline = try Stages.pipeline(
      [
        "transforms": "f", "transforms.f.type": "org.apache.kafka.connect.transforms.Filter",
        "transforms.f.predicate": "t", "predicates": "t",
        "predicates.t.type": "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone",
      ], registry)
    let builder = BatchBuilder()
    builder.add(key: [1], value: [2])
    builder.add(key: [1], value: nil)
    builder.add(key: [1], value: [3]) { $0.isExcluded = true }
    let (batch, rejections) = try pipeline.process(builder.batch)
    #expect(rejections.isEmpty)
    #expect(batch.records.map(\.isExcluded) == [false, true, true])
    #expect(batch.records.map(\.offset) == [100, 101, 102])
  }

  @Test func predicatesAreTurnedRound() throws {
    func excluded(_ predicate: JSONObject, negate: Bool) throws -> [Bool] {
      var config: JSONObject = [
        "transforms": "f", "transforms.f.type": "org.apache.kafka.connect.transforms.Filter",
        "transforms.f.predicate": "p", "transforms.f.negate": .string(negate ? "true" : "false"), "predicates": "p",
      ]
      for member in predicate.members { config["predicates.p.\(member.name)"] = member.value }
      let pipeline = try Stages.pipeline(config, registry)
      let builder = BatchBuilder(topics: ["orders", "users"])
      builder.add(value: [1], topic: 0, headers: [("h", nil)])
      builder.add(value: [1], topic: 1, headers: [("x", "y")])
      builder.batch.headerSets = [[Header(name: "h", value: nil)]]
      builder.add(value: [1], topic: 1) { $0.headerSet = 0 }
      return try pipeline.process(builder.batch).batch.records.map(\.isExcluded)
    }
    let base = "org.apache.kafka.connect.transforms.predicates."
    let topic: JSONObject = ["type": .string(base + "TopicNameMatches"), "pattern": "ord.*"]
    #expect(try excluded(topic, negate: false) == [true, false, false])
    #expect(try excluded(topic, negate: true) == [false, true, true])
    let header: JSONObject = ["type": .string(base + "HasHeaderKey"), "name": "h"]
    #expect(try excluded(header, negate: false) == [true, false, true])
    #expect(try excluded(header, negate: true) == [false, true, false])
  }

  @Test func headersKeepTheirOrder() throws {
    let pipeline = try Stages.pipeline(
      [
        "transforms": "a,b", "transforms.a.type": "org.apache.kafka.connect.transforms.DropHeaders",
        "transforms.a.headers": "x,s", "transforms.b.type": "org.apache.kafka.connect.transforms.InsertHeader",
        "transforms.b.header": "new", "transforms.b.value.literal": "1",
      ], registry)
    let builder = BatchBuilder()
    builder.batch.headerSets = [[Header(name: "s", value: [65]), Header(name: "t", value: [66])]]
    builder.add(value: [1], headers: [("x", "1"), ("y", nil), ("x", "2")]) { $0.headerSet = 0 }
    let (batch, _) = try pipeline.process(builder.batch)
    #expect(Stages.headers(batch.records[0], batch) == ["y=null", "t=B", "new=1"])
    #expect(batch.records[0].headerSet == -1)
  }

  /// A sink leaves alone what the source did not tell, also under another name.
  @Test func columnsThatAreNotToldKeepTheirFieldsNames() throws {
    let pipeline = try Stages.pipeline(
      [
        "transforms": "r", "transforms.r.type": "org.apache.kafka.connect.transforms.ReplaceField$Value",
        "transforms.r.renames": "name:title,id:number",
      ], registry)
    let builder = BatchBuilder()
    builder.add(value: try row(1), headers: [("a", "1"), ("cdc.absent.after", "[\"name\",\"note\"]"), ("b", nil)])
    builder.add(value: try row(2), headers: [("a", "1")])
    let (batch, _) = try pipeline.process(builder.batch)
    #expect(
      Stages.headers(batch.records[0], batch) == ["a=1", "cdc.absent.after=[\"title\",\"note\"]", "b=null"])
    #expect(batch.records[1].headers == builder.batch.records[1].headers, "without the header nothing is written")
  }

  @Test func valuesBecomeKeys() throws {
    let pipeline = try Stages.pipeline(
      [
        "transforms": "k,e", "transforms.k.type": "org.apache.kafka.connect.transforms.ValueToKey",
        "transforms.k.fields": "id", "transforms.e.type": "org.apache.kafka.connect.transforms.ExtractField$Key",
        "transforms.e.field": "id",
      ], registry)
    let builder = BatchBuilder()
    builder.add(key: nil, value: try row(12))
    let (batch, _) = try pipeline.process(builder.batch)
    #expect(try Wire.value(batch, batch.records[0].key, pipeline.keySchemas) == 12)
    #expect(Array(batch.bytes[batch.records[0].value]) == (try row(12)), "the value is read, not changed")
  }

  @Test func textsAndBytesBecomeFieldsOfStructs() throws {
    for (format, wanted) in [(RecordFormat.string, JSONValue.string("Ann")), (.bytes, .string("QW5u"))] {
      let pipeline = try Stages.pipeline(
        [
          "transforms": "h", "transforms.h.type": "org.apache.kafka.connect.transforms.HoistField$Key",
          "transforms.h.field": "name",
        ], registry, key: format, value: format)
      #expect(pipeline.keyFormat == .avro)
      #expect(pipeline.valueFormat == format, "nobody looks into values")
      let builder = BatchBuilder()
      builder.add(key: Array("Ann".utf8), value: Array("text".utf8))
      let (batch, rejections) = try pipeline.process(builder.batch)
      #expect(rejections.isEmpty)
      #expect(try Wire.value(batch, batch.records[0].key, pipeline.keySchemas) == ["name": wanted])
      #expect(Array(batch.bytes[batch.records[0].value]) == Array("text".utf8))
    }
  }

  /// A type that was defined in a field that is gone is defined where it stands first now.
  @Test func namedTypesMoveToTheirFirstUse() throws {
    let envelope = """
      {"type": "record", "name": "shop.Envelope", "connect.name": "shop.Envelope", "fields": [
        {"name": "before", "type": ["null", \(Wire.row)], "default": null},
        {"name": "after", "type": ["null", "shop.Value"], "default": null},
        {"name": "source", "type": {"type": "record", "name": "shop.Source", "fields": [
          {"name": "table", "type": "string"}]}}, {"name": "op", "type": "string"}]}
      """
    try registry.add(envelope, id: 9)
    let value: JSONValue = ["id": 1, "name": nil, "email": "e", "level": 2, "note": "n"]
    let builder = BatchBuilder()
    builder.add(
      value: try Wire.bytes(
        try registry.schema(id: 9), id: 9, ["before": value, "after": value, "source": ["table": "t"], "op": "u"]))
    let without = try Stages.pipeline(
      [
        "transforms": "r", "transforms.r.type": "org.apache.kafka.connect.transforms.ReplaceField$Value",
        "transforms.r.exclude": "before,source",
      ], registry)
    let (batch, rejections) = try without.process(builder.batch)
    #expect(rejections.isEmpty)
    #expect(try Wire.value(batch, batch.records[0].value, without.valueSchemas) == ["after": value, "op": "u"])
    let unwrap = try Stages.pipeline(
      [
        "transforms": "u", "transforms.u.type": "io.debezium.transforms.ExtractNewRecordState",
        "transforms.u.add.fields": "op,table",
      ], registry)
    let row = try unwrap.process(builder.batch).batch
    #expect(
      try Wire.value(row, row.records[0].value, unwrap.valueSchemas)
        == ["id": 1, "name": nil, "email": "e", "level": 2, "note": "n", "__op": "u", "__table": "t"])
  }

  @Test func optionalStructsLoseTheirBranchBeforeSinks() throws {
    try registry.add("[\"null\", \(Wire.row)]", id: 8)
    let pipeline = try Stages.pipeline(mask, registry)
    let builder = BatchBuilder()
    let union = try registry.schema(id: 8)
    let value: JSONValue = ["id": 1, "name": nil, "email": "e", "level": 2, "note": "n"]
    builder.add(value: try Wire.bytes(union, id: 8, value))
    let (batch, rejections) = try pipeline.process(builder.batch)
    #expect(rejections.isEmpty)
    #expect(try Wire.value(batch, batch.records[0].value, pipeline.valueSchemas)?["email"] == "x")
  }
}
