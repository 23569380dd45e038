import Avro
import ChangeModel
import EventEncoding
import JSON
import Pipeline
import Testing

/// One bad record is told by its place and reason, and the others pass.
@Suite struct RejectionTests {
  private let registry = MemoryRegistry()
  private let schema: Schema

  init() throws {
    try registry.add(Wire.row, id: 7)
    schema = try registry.schema(id: 7)
  }

  private var good: [UInt8] {
    get throws {
      try Wire.bytes(schema, id: 7, ["id": 1, "name": nil, "email": "secret", "level": 1, "note": "n"])
    }
  }

  private func config(_ type: String, _ keys: JSONObject) -> JSONObject {
    var config: JSONObject = [
      "transforms": "s", "transforms.s.type": .string("org.apache.kafka.connect.transforms.\(type)"),
    ]
    for member in keys.members { config["transforms.s.\(member.name)"] = member.value }
    return config
  }

  @Test func bytesThatAreNotInTheWireFormat() throws {
    let pipeline = try Stages.pipeline(config("ReplaceField$Value", ["exclude": "id"]), registry)
    let builder = BatchBuilder()
    builder.add(value: try good)
    builder.add(value: [1, 0, 0, 0, 7])
    builder.add(value: [0, 0])
    builder.add(value: [])
    builder.add(value: [0, 0, 0, 0, 99, 2])
    builder.add(value: [0, 0x80, 0, 0, 0, 2])
    builder.add(value: try good)
    let (batch, rejections) = try pipeline.process(builder.batch)
    #expect(rejections.map(\.record) == [1, 2, 3, 4, 5])
    #expect(rejections.allSatisfy { $0.stage == .valueConverter })
    #expect(rejections.allSatisfy { $0.className == "io.confluent.connect.avro.AvroConverter" })
    #expect(rejections.map(\.error.code.number) == [5001, 5001, 5001, 4004, 4004])
    #expect(batch.records.map(\.isExcluded) == [false, true, true, true, true, true, false])
    let message = try #require(rejections.first).error.message
    #expect(message.contains("topic shop.public.orders, partition 2, offset 101"), "\(message)")
  }

  /// No other id is taken for one of a schema that a stage made.
  @Test func idsOfOurOwnAreNotTakenFromOutside() throws {
    let pipeline = try Stages.pipeline(config("ReplaceField$Key", ["renames": "id:i"]), registry)
    let builder = BatchBuilder()
    builder.add(key: try good, value: try good)
    builder.add(value: [0, 0x80, 0, 0, 1, 2])
    #expect(try pipeline.process(builder.batch).rejections.map(\.record) == [1], "also where no stage looks into it")
    let values = try Stages.pipeline(config("MaskField$Value", ["fields": "id"]), registry)
    #expect(try values.process(builder.batch).rejections.map(\.record) == [1])
  }

  @Test func valuesCutShortAndLengthsThatCannotBe() throws {
    let pipeline = try Stages.pipeline(config("MaskField$Value", ["fields": "note"]), registry)
    let builder = BatchBuilder()
    let whole = try good
    for count in 5..<(whole.count - 2) { builder.add(value: Array(whole[..<count])) }
    // A text of two gigabytes, and one of negative length.
    builder.add(value: [0, 0, 0, 0, 7, 2, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F])
    builder.add(value: [0, 0, 0, 0, 7, 2, 0, 0x03])
    let (batch, rejections) = try pipeline.process(builder.batch)
    #expect(rejections.count == batch.records.count)
    #expect(rejections.allSatisfy { $0.stage == .valueConverter && $0.error.code.failureClass == .poison })
  }

  @Test func stagesThatFail() throws {
    let builder = BatchBuilder()
    builder.add(value: try good)
    func rejection(_ type: String, _ keys: JSONObject) throws -> Rejection {
      try #require(try Stages.pipeline(config(type, keys), registry).process(builder.batch).rejections.first)
    }
    let cast = try rejection("Cast$Value", ["spec": "email:int32"])
    #expect(cast.stage == .transformation)
    #expect(cast.className == "org.apache.kafka.connect.transforms.Cast$Value")
    #expect(cast.error.code.number == 8103)
    #expect(cast.pointer == "/email")
    #expect(!cast.error.description.contains("secret"), "a value must not be told")
    #expect(try rejection("ExtractField$Value", ["field": "x"]).error.code.number == 8102)
    #expect(try rejection("MaskField$Value", ["fields": "id", "replacement": "abc"]).error.code.number == 8103)
    #expect(
      try rejection("TimestampConverter$Value", ["field": "id", "target.type": "unix"]).error.code.number == 8101)
    #expect(try rejection("InsertField$Value", ["topic.field": "id"]).pointer == "/id")
  }

  @Test func aRegistryThatDoesNotAnswerIsNoRecordsFault() throws {
    let pipeline = try Stages.pipeline(config("MaskField$Value", ["fields": "id"]), registry)
    let builder = BatchBuilder()
    builder.add(value: try good)
    registry.failure = CDCError(.registryUnreachable, "it is down")
    #expect(throws: CDCError.self) { try pipeline.process(builder.batch) }
    registry.failure = nil
    #expect(try pipeline.process(builder.batch).rejections.isEmpty, "the batch can come again")
  }

  @Test func jsonThatIsNotTheConverters() throws {
    let pipeline = try Stages.pipeline(config("MaskField$Value", ["fields": "id"]), registry, value: .json)
    #expect(pipeline.valueFormat == .avro)
    #expect(pipeline.keyFormat == .avro)
    let builder = BatchBuilder()
    for text in ["{", "{\"a\":1}", "{\"schema\":{\"type\":\"nothing\"},\"payload\":1}", "[]"] {
      builder.add(value: Array(text.utf8))
    }
    builder.add(value: Array(String(repeating: "[", count: 10_000).utf8))
    let good =
      "{\"schema\":{\"type\":\"struct\",\"fields\":[{\"field\":\"id\",\"type\":\"int32\"}]},\"payload\":{\"id\":4}}"
    builder.add(value: Array(good.utf8))
    let (batch, rejections) = try pipeline.process(builder.batch)
    #expect(rejections.map(\.record) == [0, 1, 2, 3, 4])
    #expect(rejections.allSatisfy { $0.className == "org.apache.kafka.connect.json.JsonConverter" })
    #expect(try Wire.value(batch, batch.records[5].value, pipeline.valueSchemas) == ["id": 0])
  }

  @Test func validationRejectsAndTags() throws {
    let folder = try TestFolder()
    try folder.write("rule.json", "{\"properties\": {\"level\": {\"title\": \"low\", \"maximum\": 3}}}")
    var keys: JSONObject = [
      "transforms": "v,m", "transforms.v.type": "validate",
      "transforms.v.schema.file": .string(folder.path("rule.json")),
      "transforms.m.type": "org.apache.kafka.connect.transforms.ReplaceField$Value", "transforms.m.exclude": "id",
    ]
    let builder = BatchBuilder()
    builder.add(value: try good)
    builder.add(
      value: try Wire.bytes(schema, id: 7, ["id": 1, "name": nil, "email": "e", "level": 9, "note": "n"]))
    let pipeline = try Stages.pipeline(keys, registry)
    let (batch, rejections) = try pipeline.process(builder.batch)
    #expect(batch.records.map(\.isExcluded) == [false, true])
    #expect(rejections.first?.pointer == "/level")
    #expect(rejections.first?.rule == "low")
    #expect(rejections.first?.className == "validate")
    #expect(pipeline.violations == ["low": 1])
    keys["transforms.v.on.violation"] = "tag"
    let tagged = try Stages.pipeline(keys, registry).process(builder.batch)
    #expect(tagged.rejections.isEmpty)
    #expect(
      Stages.headers(tagged.batch.records[1], tagged.batch)
        == ["cdc.validation.violations=[{\"pointer\":\"/level\",\"keyword\":\"maximum\"}]"])
    keys["transforms"] = "m,v"
    keys["transforms.v.on.violation"] = "reject"
    #expect(
      try Stages.pipeline(keys, registry).process(builder.batch).rejections.map(\.record) == [1], "behind others, too")
  }
}
