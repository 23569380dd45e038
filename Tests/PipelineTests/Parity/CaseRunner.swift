import Avro
import ChangeModel
import JSON
import Settings

@testable import EventEncoding
@testable import Pipeline

/// Takes a case through our stages and says what came of it in the runner's form.
enum CaseRunner {
  static func run(_ test: TransformCase) throws -> JSONValue {
    guard let pipeline = try pipeline(test) else { return ["error": "a key is wrong"] }
    let (batch, rejections) = try pipeline.process(self.batch(test))
    if let rejection = rejections.first { return ["error": .string(rejection.error.message)] }
    guard let record = batch.records.first else { return ["error": "no record"] }
    if record.isExcluded { return ["dropped": true] }
    var headers: [JSONValue] = []
    HeaderList.forEach(in: batch.bytes[record.headers]) { name, value in
      let text = value.map { JSONValue.string(String(decoding: $0, as: UTF8.self)) }
      headers.append([.string(String(decoding: name, as: UTF8.self)), text ?? .null])
    }
    return [
      "topic": .string(batch.topics[Int(record.topic)]),
      "key": try payload(batch, record.key, pipeline.keyFormat, pipeline.record.key),
      "value": try payload(batch, record.value, pipeline.valueFormat, pipeline.record.value),
      "headers": .array(headers),
    ]
  }

  /// The schemas that a source would register for a case's key and value; nil: the stages don't look at them.
  static func registered(_ test: TransformCase) throws -> JSONValue {
    guard let pipeline = try pipeline(test) else { return ["error": "a key is wrong"] }
    _ = try pipeline.process(self.batch(test))
    return [
      "key": pipeline.record.key.schema?.wire.json ?? .null, "value": pipeline.record.value.schema?.wire.json ?? .null,
    ]
  }

  private static func pipeline(_ test: TransformCase) throws -> RecordPipeline? {
    var config: JSONObject = ["transforms": .string(test.transforms.indices.map { "s\($0)" }.joined(separator: ","))]
    for (index, keys) in test.transforms.enumerated() {
      for member in keys.members { config["transforms.s\(index).\(member.name)"] = member.value }
    }
    let parsed = ConfigDefinition(StageKeys.connectorKeys).parse(config)
    var problems = parsed.problems
    var notices: [ConfigNotice] = []
    let plan = StageKeys.plan(
      of: parsed, isSink: true, keyFormat: .json, valueFormat: .json, problems: &problems, notices: &notices)
    guard problems.isEmpty else { return nil }
    return try plan.pipeline(
      RecordPipeline.Setup(
        isSink: true, keyFormat: .json, valueFormat: .json, keySchemas: NoSchemas(), valueSchemas: NoSchemas()))
  }

  private final class NoSchemas: SchemaSource {
    func schema(id: Int32) throws(CDCError) -> Schema { throw CDCError(.schemaUnknown, "there is none") }
  }

  private static func batch(_ test: TransformCase) -> RecordBatch {
    let batch = RecordBatch()
    batch.topics = [test.topic]
    var record = Record(topic: 0)
    record.partition = 3
    record.offset = 4711
    record.timestamp = test.timestamp.map(Int64.init) ?? -1
    func append(_ value: JSONValue?) -> ByteRange {
      guard let value else { return .none }
      let start = batch.bytes.count
      batch.bytes.append(text: value.text)
      return ByteRange(offset: start, count: batch.bytes.count - start)
    }
    record.key = append(test.key)
    record.value = append(test.value)
    if !test.headers.isEmpty {
      let start = batch.bytes.count
      for (name, text) in test.headers {
        Array(text.utf8).withUnsafeBytes { HeaderList.append(name: name, value: $0, to: &batch.bytes) }
      }
      record.headers = ByteRange(offset: start, count: batch.bytes.count - start)
    }
    batch.records.append(record)
    return batch
  }

  private static func payload(
    _ batch: RecordBatch, _ range: ByteRange, _ format: RecordFormat, _ side: StagePayload
  ) throws -> JSONValue {
    guard range.isPresent else { return .null }
    let bytes = batch.bytes[range]
    guard format == .avro, let schema = side.schema else { return try JSONValue(parsing: bytes) }
    var connect = try ConnectSchema(avro: schema.avro)
    var text: [UInt8] = []
    var reader = AvroReader(bytes, at: 5)
    try ConnectText.appendJSON(&reader, connect, to: &text)
    guard reader.isAtEnd else { throw AvroError("there are bytes behind the value") }
    connect.isOptional = schema.isOptional
    return ["schema": connect.connectJSON, "payload": try text.withUnsafeBytes { try JSONValue(parsing: $0) }]
  }
}
