import Avro
import ChangeModel
import EventEncoding
import JSON
import Pipeline
import Testing

/// The stages of a source: schemas are registered under the topics that records go to in the end, and records have their
/// converters' form there.
@Suite struct SourcePipelineTests {
  /// A registry that tells what was registered.
  private final class Registrar: SchemaRegistrar {
    var subjects: [String] = []
    var schemas: [Schema] = []
    var failure: CDCError?

    func id(subject: String, schema: Schema) throws(CDCError) -> Int32 {
      if let failure { throw failure }
      subjects.append(subject)
      schemas.append(schema)
      return Int32(1000 + schemas.count)
    }
  }

  private let registrar = Registrar()
  private let route: JSONObject = [
    "transforms": "r,m", "transforms.r.type": "org.apache.kafka.connect.transforms.RegexRouter",
    "transforms.r.regex": "shop\\.public\\.(.*)", "transforms.r.replacement": "crm_$1",
    "transforms.m.type": "org.apache.kafka.connect.transforms.ReplaceField$Value", "transforms.m.exclude": "email",
  ]

  private func pipeline(
    _ config: JSONObject, value: ConverterConfig = ConverterConfig(.avro), refused: SourcePipeline.Refusal? = nil
  ) throws -> SourcePipeline {
    let (plan, problems) = Stages.plan(config, isSink: false)
    #expect(problems.isEmpty)
    return try SourcePipeline(
      plan, key: ConverterConfig(.avro), value: value, keyRegistrar: registrar, valueRegistrar: registrar,
      refused: refused)
  }

  private func fill(_ pipeline: SourcePipeline, rows: Int = 2) throws {
    let schema = try Schema(parsing: Wire.row)
    let id = try pipeline.registrar.id(subject: "any", schema: schema)
    let keySchema = try Schema(
      parsing: "{\"type\":\"record\",\"name\":\"shop.Key\",\"fields\":[{\"name\":\"id\",\"type\":\"int\"}]}")
    let keyID = try pipeline.registrar.id(subject: "any", schema: keySchema)
    let builder = BatchBuilder(topics: ["shop.public.orders"])
    for number in 0..<rows {
      builder.add(
        key: try Wire.bytes(keySchema, id: keyID, ["id": .integer(number)]),
        value: try Wire.bytes(
          schema, id: id, ["id": .integer(number), "name": "Ann", "email": "e", "level": nil, "note": "n"])
      ) {
        $0.partition = -1
        $0.offset = -1
        $0.timestamp = -1
      }
    }
    builder.add(key: try Wire.bytes(keySchema, id: keyID, ["id": 0]), value: nil) { $0.headerSet = 0 }
    let raw = pipeline.raw
    raw.reset()
    raw.bytes.append(builder.batch.bytes.bytes)
    raw.records = builder.batch.records
    raw.topics = builder.batch.topics
    raw.headerSets = [[Header(name: "h", value: nil)]]
    raw.counts[Int(ChangeModel.Operation.create.rawValue)] = rows
    raw.endOffset = SourceOffset(partition: "p", value: "v", position: 9)
    raw.oldestCommitMicroseconds = 5
  }

  @Test func avroUnderTheLastTopicsSubjects() throws {
    let pipeline = try pipeline(route)
    let records = RecordBatch()
    for _ in 0..<3 {
      try fill(pipeline)
      try pipeline.pass(to: records)
    }
    #expect(registrar.subjects == ["crm_orders-key", "crm_orders-value"], "each schema is registered once")
    #expect(records.topics == ["crm_orders"], "no topic is made that nothing goes to")
    #expect(records.records.count == 9)
    #expect(records.records.map(\.partition).allSatisfy { $0 == -1 || $0 == 2 })
    #expect(records.records[2].headerSet == 0)
    #expect(records.headerSets == [[Header(name: "h", value: nil)]])
    #expect(records.counts[Int(ChangeModel.Operation.create.rawValue)] == 6)
    #expect(records.endOffset?.position == 9)
    #expect(records.oldestCommitMicroseconds == 5)
    let value = Array(records.bytes[records.records[1].value])
    #expect(Array(value[..<5]) == [0, 0, 0, 3, 0xEA])
    #expect(
      try ValueCodec(registrar.schemas[1]).decode(Array(value[5...]))
        == ["id": 1, "name": "Ann", "level": 5, "note": "n"])
    #expect(!records.records[2].value.isPresent)
  }

  @Test func schemasAreWhatKafkaConnectsConverterWrites() throws {
    var config = route
    config["transforms"] = "r,i"
    config["transforms.i.type"] = "org.apache.kafka.connect.transforms.InsertField$Value"
    config["transforms.i.static.field"] = "origin"
    config["transforms.i.static.value"] = "crm"
    for key in ["transforms.m.type", "transforms.m.exclude"] { config[key] = nil }
    let pipeline = try pipeline(config)
    try fill(pipeline)
    try pipeline.pass(to: RecordBatch())
    let field = try #require(registrar.schemas[1].record?["origin"])
    #expect(field.schema.text == "[\"null\",\"string\"]")
    #expect(field.defaultValue == .some(.null))
  }

  @Test func jsonWithAndWithoutItsSchema() throws {
    for (format, expected) in [
      (RecordFormat.jsonWithoutSchema, "{\"id\":0,\"name\":\"Ann\",\"level\":5,\"note\":\"n\"}"),
      (.string, "Struct{id=0,name=Ann,level=5,note=n}"),
    ] {
      let pipeline = try pipeline(route, value: ConverterConfig(format))
      try fill(pipeline)
      let records = RecordBatch()
      try pipeline.pass(to: records)
      #expect(String(decoding: records.bytes[records.records[0].value], as: UTF8.self) == expected)
    }
    let pipeline = try pipeline(route, value: ConverterConfig(.json))
    try fill(pipeline)
    let records = RecordBatch()
    try pipeline.pass(to: records)
    let json = try JSONValue(parsing: records.bytes[records.records[0].value])
    #expect(json["payload"] == ["id": 0, "name": "Ann", "level": 5, "note": "n"])
    #expect(json["schema"]?["fields"]?.array?.count == 4)
  }

  @Test func whatIsRefusedStopsTheTaskOrIsTaken() throws {
    var config = route
    config["transforms"] = "c"
    for key in ["transforms.r.type", "transforms.r.regex", "transforms.r.replacement"] { config[key] = nil }
    for key in ["transforms.m.type", "transforms.m.exclude"] { config[key] = nil }
    config["transforms.c.type"] = "org.apache.kafka.connect.transforms.Cast$Value"
    config["transforms.c.spec"] = "email:int32"
    let stopping = try pipeline(config)
    try fill(stopping)
    let records = RecordBatch()
    #expect(throws: CDCError.self) { try stopping.pass(to: records) }
    #expect(records.records.isEmpty)
    var taken: [Int] = []
    let parking = try pipeline(config) { rejections, raw, records, pipeline throws(CDCError) in
      taken += rejections.map(\.record)
      var letter = Record(topic: pipeline.topicNumber("dead"))
      letter.value = try pipeline.appendPlain(raw.records[rejections[0].record], isKey: false, to: &records.bytes)
      records.records.append(letter)
    }
    try fill(parking)
    try parking.pass(to: records)
    #expect(taken == [0, 1])
    #expect(records.records.map { records.topics[Int($0.topic)] } == ["shop.public.orders", "dead"])
    #expect(registrar.subjects.last == "shop.public.orders-value")
  }

  @Test func namesThatAvroDoesNotAllow() throws {
    var config = route
    config["transforms.m.exclude"] = nil
    config["transforms.m.renames"] = "email:e-mail"
    let avro = try pipeline(config)
    try fill(avro)
    let error = #expect(throws: CDCError.self) { try avro.pass(to: RecordBatch()) }
    #expect(error?.code.number == 8104)
    #expect(error?.message.contains("e-mail") == true)
    let json = try pipeline(config, value: ConverterConfig(.jsonWithoutSchema))
    try fill(json)
    try json.pass(to: RecordBatch())
  }

  @Test func aRegistryThatDoesNotAnswerLeavesNothing() throws {
    let pipeline = try pipeline(route)
    registrar.failure = CDCError(.registryUnreachable, "it is down")
    try fill(pipeline)
    let records = RecordBatch()
    let error = #expect(throws: CDCError.self) { try pipeline.pass(to: records) }
    #expect(error?.code.failureClass == .target)
    #expect(records.records.isEmpty)
    #expect(records.bytes.count == 0)
  }
}
