import Avro
import ChangeModel
import EventEncoding
import JSON
import Pipeline
import Testing

/// Bytes and schemas from outside may be anything: a record is refused, or passes as what it says, and nothing ends.
@Suite struct MalformedTests {
  private static let envelope = """
    {"type": "record", "name": "shop.Envelope", "connect.name": "shop.Envelope", "fields": [
      {"name": "before", "type": ["null", {"type": "record", "name": "shop.Value", "fields": [
        {"name": "id", "type": "int"}, {"name": "name", "type": ["null", "string"], "default": null},
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "scale": 2, "precision": 9,
          "connect.name": "org.apache.kafka.connect.data.Decimal"}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "born", "type": ["null", {"type": "int", "logicalType": "date"}]},
        {"name": "text", "type": "string"}, {"name": "d", "type": "double"}, {"name": "ok", "type": "boolean"},
        {"name": "kind", "type": {"type": "enum", "name": "shop.Kind", "symbols": ["A", "B"]}},
        {"name": "level", "type": ["int", "null"], "default": 5},
        {"name": "geo", "type": ["null", {"type": "record", "name": "shop.Geo", "fields": [
          {"name": "x", "type": "float"}, {"name": "tag", "type": ["null", "string"]}]}]}]}], "default": null},
      {"name": "after", "type": ["null", "shop.Value"], "default": null},
      {"name": "source", "type": {"type": "record", "name": "shop.Source", "fields": [
        {"name": "table", "type": "string"}, {"name": "lsn", "type": ["null", "long"]}]}},
      {"name": "op", "type": "string"}, {"name": "ts_ms", "type": ["null", "long"]}]}
    """
  private static let row: JSONValue = [
    "id": 7, "name": "Ann", "price": "AMk=", "at": 1_700_000_000_123, "born": 19000, "text": "2023-11-14",
    "d": .number("1.5"), "ok": true, "kind": "B", "level": nil, "geo": ["x": .number("2.5"), "tag": "t"],
  ]

  private static let stages: [JSONObject] = [
    ["type": "ExtractNewRecordState", "add.fields": "op,lsn", "add.headers": "table", "route.by.field": "text"],
    ["type": "HeaderFrom$Value", "fields": "at,born,price,geo", "headers": "a,b,c,d", "operation": "copy"],
    ["type": "Cast$Value", "spec": "id:string,price:int64,d:int8,ok:string,kind:boolean,level:float64"],
    ["type": "TimestampConverter$Value", "field": "text", "target.type": "Timestamp", "format": "yyyy-MM-dd"],
    ["type": "TimestampConverter$Value", "field": "at", "target.type": "string", "format": "yyyy-MM-dd HH:mm G"],
    ["type": "Flatten$Value", "delimiter": "_"], ["type": "MaskField$Value", "fields": "name,geo_tag"],
    ["type": "ValueToKey", "fields": "id,level"],
    ["type": "InsertField$Value", "offset.field": "o!", "timestamp.field": "t"],
    ["type": "ReplaceField$Value", "renames": "id:ident", "exclude": "ok"],
  ]

  private func pipeline(_ stages: [JSONObject], _ registry: MemoryRegistry) throws -> RecordPipeline {
    var config: JSONObject = ["transforms": .string(stages.indices.map { "s\($0)" }.joined(separator: ","))]
    for (index, keys) in stages.enumerated() {
      for member in keys.members { config["transforms.s\(index).\(member.name)"] = member.value }
    }
    return try Stages.pipeline(config, registry)
  }

  @Test func bytesThatWereChangedAnywhere() throws {
    let registry = MemoryRegistry()
    try registry.add(Self.envelope, id: 1)
    let value: JSONValue = [
      "before": nil, "after": Self.row, "source": ["table": "t", "lsn": 5], "op": "c", "ts_ms": nil,
    ]
    let good = try Wire.bytes(try registry.schema(id: 1), id: 1, value)
    var random = SplitMix(state: 2023)
    let whole = try pipeline(Self.stages, registry)
    let builder = BatchBuilder()
    builder.add(value: good)
    for _ in 0..<4000 {
      var bytes = good
      for _ in 0..<(1 + random.next() % 3) {
        bytes[5 + Int(random.next() % UInt64(bytes.count - 5))] = UInt8(truncatingIfNeeded: random.next())
      }
      if random.next() % 4 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count - 5))) }
      builder.add(value: bytes)
    }
    let (batch, rejections) = try whole.process(builder.batch)
    #expect(!batch.records[0].isExcluded)
    #expect(rejections.count > 400)
    #expect(rejections.count < 4000)
    #expect(rejections.allSatisfy { $0.error.code.failureClass == .poison })
  }

  @Test func textsThatAreNoDates() throws {
    let registry = MemoryRegistry()
    try registry.add("\"string\"", id: 1)
    let schema = try registry.schema(id: 1)
    let stage: JSONObject = [
      "type": "TimestampConverter$Value", "target.type": "string", "format": "yyyy-MM-dd HH:mm:ss.SSS Z",
    ]
    let pipeline = try pipeline([stage], registry)
    let builder = BatchBuilder()
    let texts = [
      "", "999999999999999999-01-01 00:00:00.0 Z", "2023-99999999999-01 0:0:0.0 UTC", "-9-9-9 9:9:9.9 +9",
      "2023-01-01 00:00:00.000 +0100", "292278994-08-17 07:12:55.807 UTC",
    ]
    for text in texts { builder.add(value: try Wire.bytes(schema, id: 1, .string(text))) }
    let (batch, rejections) = try pipeline.process(builder.batch)
    #expect(rejections.map(\.record) == [0, 1, 2, 3])
    #expect(
      try Wire.value(batch, batch.records[4].value, pipeline.valueSchemas) == "2022-12-31 23:00:00.000 +0000")
  }

  @Test func schemasThatNeverEnd() throws {
    let registry = MemoryRegistry()
    try registry.add(
      "{\"type\":\"record\",\"name\":\"n.N\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"},"
        + "{\"name\":\"next\",\"type\":[\"null\",\"n.N\"]}]}", id: 1)
    let schema = try registry.schema(id: 1)
    let builder = BatchBuilder()
    builder.add(value: try Wire.bytes(schema, id: 1, ["a": 1, "next": ["a": 2, "next": nil]]))
    // A list of 10,000 links, deeper than anybody reads.
    var deep: [UInt8] = [0, 0, 0, 0, 1]
    for _ in 0..<10_000 { deep += [2, 2] }
    builder.add(value: deep + [2, 0])
    let flatten = try pipeline([["type": "Flatten$Value"]], registry)
    #expect(try flatten.process(builder.batch).rejections.map(\.error.code.number) == [8101, 8101])
    let header = try pipeline(
      [["type": "HeaderFrom$Value", "fields": "next", "headers": "h", "operation": "copy"]], registry)
    #expect(try header.process(builder.batch).rejections.count == 2)
    let mask = try pipeline([["type": "MaskField$Value", "fields": "a"]], registry)
    #expect(try mask.process(builder.batch).rejections.isEmpty, "what is behind the field is not looked at")
    let insert = try pipeline([["type": "ExtractField$Value", "field": "next"]], registry)
    #expect(try insert.process(builder.batch).rejections.map(\.record) == [1])
  }

  @Test func decimalsOfImpossibleScales() throws {
    let registry = MemoryRegistry()
    try registry.add(
      "{\"type\":\"record\",\"name\":\"n.N\",\"fields\":[{\"name\":\"a\",\"type\":{\"type\":\"bytes\","
        + "\"logicalType\":\"decimal\",\"scale\":2000000000,\"precision\":9}}]}", id: 1)
    let builder = BatchBuilder()
    builder.add(value: try Wire.bytes(try registry.schema(id: 1), id: 1, ["a": "AQ=="]))
    let cast = try pipeline([["type": "Cast$Value", "spec": "a:int64"]], registry)
    #expect(try cast.process(builder.batch).rejections.map(\.error.code.number) == [8101])
  }
}

/// Random numbers that are the same in each run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
