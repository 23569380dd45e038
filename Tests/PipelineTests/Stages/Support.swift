import Avro
import ChangeModel
import EventEncoding
import JSON
import Pipeline
import Settings

/// A registry in memory.
final class MemoryRegistry: SchemaSource {
  private(set) var schemas: [Int32: Schema] = [:]
  /// What it answers instead.
  var failure: CDCError?

  func add(_ text: String, id: Int32) throws { schemas[id] = try Schema(parsing: text) }

  func schema(id: Int32) throws(CDCError) -> Schema {
    if let failure { throw failure }
    guard let schema = schemas[id] else { throw CDCError(.schemaUnknown, "schema \(id) is not known") }
    return schema
  }
}

/// Records in Confluent's wire format, and what is in them.
enum Wire {
  static let row = """
    {"type": "record", "name": "shop.Value", "fields": [
      {"name": "id", "type": "int"}, {"name": "name", "type": ["null", "string"], "default": null},
      {"name": "email", "type": "string"}, {"name": "level", "type": ["int", "null"], "default": 5},
      {"name": "note", "type": "string"}]}
    """

  static func bytes(_ schema: Schema, id: Int32, _ value: JSONValue) throws -> [UInt8] {
    [0] + withUnsafeBytes(of: id.bigEndian) { Array($0) } + (try ValueCodec(schema).encode(value))
  }

  static func value(_ batch: RecordBatch, _ range: ByteRange, _ schemas: any SchemaSource) throws -> JSONValue? {
    guard range.isPresent else { return nil }
    let bytes = Array(batch.bytes[range])
    let id = bytes[1..<5].reduce(Int32(0)) { $0 << 8 | Int32($1) }
    return try ValueCodec(try schemas.schema(id: id)).decode(Array(bytes[5...]))
  }
}

/// A batch that is put together record by record.
struct BatchBuilder {
  let batch = RecordBatch()

  init(topics: [String] = ["shop.public.orders"]) { batch.topics = topics }

  func add(
    key: [UInt8]? = nil, value: [UInt8]?, topic: Int32 = 0, headers: [(String, String?)] = [],
    _ change: (inout Record) -> Void = { _ in }
  ) {
    var record = Record(topic: topic)
    record.partition = 2
    record.offset = Int64(100 + batch.records.count)
    record.timestamp = 1_700_000_000_000
    func range(_ bytes: [UInt8]?) -> ByteRange {
      guard let bytes else { return .none }
      batch.bytes.append(bytes)
      return ByteRange(offset: batch.bytes.count - bytes.count, count: bytes.count)
    }
    record.key = range(key)
    record.value = range(value)
    if !headers.isEmpty {
      let start = batch.bytes.count
      for (name, text) in headers {
        if let text {
          Array(text.utf8).withUnsafeBytes { HeaderList.append(name: name, value: $0, to: &batch.bytes) }
        } else {
          HeaderList.append(name: name, value: nil, to: &batch.bytes)
        }
      }
      record.headers = ByteRange(offset: start, count: batch.bytes.count - start)
    }
    change(&record)
    batch.records.append(record)
  }
}

/// The stages of a configuration.
enum Stages {
  static func plan(
    _ config: JSONObject, isSink: Bool = true, key: RecordFormat = .avro, value: RecordFormat = .avro
  ) -> (plan: StagePlan, problems: [ConfigProblem]) {
    let parsed = ConfigDefinition(StageKeys.connectorKeys).parse(config)
    var problems = parsed.problems
    var notices: [ConfigNotice] = []
    let plan = StageKeys.plan(
      of: parsed, isSink: isSink, keyFormat: key, valueFormat: value, problems: &problems, notices: &notices)
    return (plan, problems)
  }

  static func pipeline(
    _ config: JSONObject, _ registry: any SchemaSource, key: RecordFormat = .avro, value: RecordFormat = .avro
  ) throws -> RecordPipeline {
    let (plan, problems) = plan(config, key: key, value: value)
    if let problem = problems.first { throw CDCError(.invalidConfiguration, problem.message) }
    return try plan.pipeline(
      RecordPipeline.Setup(
        isSink: true, keyFormat: key, valueFormat: value, keySchemas: registry, valueSchemas: registry))
  }

  static func headers(_ record: Record, _ batch: RecordBatch) -> [String] {
    var list: [String] = []
    HeaderList.forEach(in: batch.bytes[record.headers]) { name, value in
      list.append(
        String(decoding: name, as: UTF8.self) + "=" + (value.map { String(decoding: $0, as: UTF8.self) } ?? "null"))
    }
    return list
  }
}
