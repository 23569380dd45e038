import Avro
import ChangeModel
import EventEncoding
import Foundation
import JSON
import ObjectStore
import Settings
import TestSupport
import Testing

@testable import ObjectStoreSink

/// Schemas by id, in place of a registry.
final class Schemas: SchemaSource, @unchecked Sendable {
  private let lock = NSLock()
  private var known: [Int32: Schema] = [:]
  var failure: CDCError?

  func add(_ schema: Schema) -> Int32 {
    lock.withLock {
      if let found = known.first(where: { $0.value == schema }) { return found.key }
      let id = Int32(known.count + 1)
      known[id] = schema
      return id
    }
  }

  func schema(id: Int32) throws(CDCError) -> Schema {
    if let failure { throw failure }
    lock.lock()
    defer { lock.unlock() }
    guard let found = known[id] else { throw CDCError(.schemaUnknown, "there is no schema \(id)") }
    return found
  }
}

/// Keeps what it is told, and takes all poison records.
final class Park: RejectionHandler {
  var parked: [Rejection] = []
  var isTolerant = true

  func accepts(_ rejection: Rejection, of batch: RecordBatch) -> Bool { isTolerant }

  func park(_ rejections: [Rejection], of batch: RecordBatch) throws(CDCError) {
    parked += rejections
    for rejection in rejections { batch.records[rejection.record].isExcluded = true }
  }
}

/// Makes batches of records.
final class Batch {
  let batch = RecordBatch()

  @discardableResult func add(
    _ topic: String, _ partition: Int32, _ offset: Int64, value: [UInt8]?, key: [UInt8]? = nil, time: Int64 = -1,
    headers: [(String, String?)] = [], consumed: String? = nil
  ) -> Batch {
    var record = Record(topic: number(topic))
    record.partition = partition
    record.offset = offset
    record.timestamp = time
    if let consumed { record.consumed = number(consumed) }
    if let key { record.key = append(key) }
    if let value { record.value = append(value) }
    if !headers.isEmpty {
      let start = batch.bytes.count
      for (name, value) in headers {
        var text = Array((value ?? "").utf8)
        text.withUnsafeMutableBytes {
          HeaderList.append(name: name, value: value == nil ? nil : UnsafeRawBufferPointer($0), to: &batch.bytes)
        }
      }
      record.headers = ByteRange(offset: start, count: batch.bytes.count - start)
    }
    batch.records.append(record)
    return self
  }

  private func append(_ bytes: [UInt8]) -> ByteRange {
    batch.bytes.append(bytes)
    return ByteRange(offset: batch.bytes.count - bytes.count, count: bytes.count)
  }

  private func number(_ topic: String) -> Int32 {
    if let index = batch.topics.firstIndex(of: topic) { return Int32(index) }
    batch.topics.append(topic)
    return Int32(batch.topics.count - 1)
  }
}

/// A sink over a store in memory, with a clock that stands until it is moved.
final class Bench {
  let store = MemoryStore()
  let schemas = Schemas()
  let folder: TemporaryFolder
  let sink: ObjectStoreSink
  var now: Int64 = 1_767_225_600_000
  var commits: [[TopicPartition: Int64]] = []

  /// `keys` are put over those of a connector with Avro files of three records.
  init(
    _ keys: [String: String] = [:], class name: String = "io.confluent.connect.s3.S3SinkConnector",
    memory: Int = 32 << 20
  ) throws {
    folder = try TemporaryFolder()
    let config = try Self.config(keys, class: name)
    var context = ObjectSinkContext(
      name: "lake", keyFormat: config.keyFormat, valueFormat: config.valueFormat, keySchemas: schemas,
      valueSchemas: schemas, spoolFolder: folder.path + "/spool", store: store)
    context.memoryLimit = memory
    let clock = Clock()
    context.now = { clock.now() }
    let journal = Journal()
    context.commit = { offsets throws(CDCError) in journal.take(offsets) }
    sink = try ObjectStoreSink(config, context)
    clock.now = { [unowned self] in now }
    journal.take = { [unowned self] in commits.append($0) }
    try sink.start()
  }

  private final class Clock { var now: () -> Int64 = { 0 } }
  private final class Journal { var take: ([TopicPartition: Int64]) -> Void = { _ in } }

  static func config(
    _ keys: [String: String], class name: String = "io.confluent.connect.s3.S3SinkConnector"
  ) throws -> ObjectStoreConfig {
    var all: [String: String] = ["name": "lake", "connector.class": name, "topics": "orders"]
    if name.contains("aiven") {
      all["aws.s3.bucket.name"] = "lake"
      all["aws.s3.endpoint"] = "file:///nowhere"
    } else {
      all.merge(
        [
          "s3.bucket.name": "lake", "store.url": "file:///nowhere", "flush.size": "3",
          "format.class": "io.confluent.connect.s3.format.avro.AvroFormat",
        ]) { $1 }
    }
    all.merge(keys) { $1 }
    var object = JSONObject()
    for (key, value) in all { object[key] = .string(value) }
    let (config, problems) = ObjectStoreConfig.parse(object)
    try #require(problems.isEmpty, "\(problems)")
    return try #require(config)
  }

  static func problems(
    _ keys: [String: String?], class name: String = "io.confluent.connect.s3.S3SinkConnector"
  ) -> [String: String] {
    var all: [String: String?] = ["name": "lake", "connector.class": name, "topics": "orders"]
    if name.contains("aiven") {
      all["aws.s3.bucket.name"] = "lake"
      all["aws.s3.endpoint"] = "file:///nowhere"
    } else {
      all.merge(
        [
          "s3.bucket.name": "lake", "store.url": "file:///nowhere", "flush.size": "3",
          "format.class": "io.confluent.connect.s3.format.avro.AvroFormat",
        ]) { $1 }
    }
    all.merge(keys) { $1 }
    var object = JSONObject()
    for (key, value) in all { if let value { object[key] = .string(value) } }
    return Dictionary(
      ObjectStoreConfig.parse(object).problems.map { ($0.key, $0.message) }, uniquingKeysWith: { $0 + "\n" + $1 })
  }

  @discardableResult func write(_ batch: Batch, _ handler: any RejectionHandler = RejectNothing()) throws
    -> [TopicPartition: Int64]
  {
    try sink.write(batch.batch, rejected: handler)
  }

  /// A value in the wire format.
  func value(_ json: JSONValue, _ schema: Schema) throws -> [UInt8] {
    let id = schemas.add(schema)
    return [0] + withUnsafeBytes(of: id.bigEndian) { Array($0) } + (try ValueCodec(schema).encode(json))
  }

  func text(_ name: String) throws -> String {
    String(decoding: try #require(store.objects[name], "\(store.objects.keys.sorted())"), as: UTF8.self)
  }

  var names: [String] { store.puts.map(\.name) }
}

/// The schemas that most tests use.
enum Orders {
  static let schema = schema(more: "")

  static func schema(more: String) -> Schema {
    let fields = #"""
      {"name":"id","type":"long"},{"name":"region","type":["null","string"],"default":null},
      {"name":"at","type":["null","long"],"default":null}
      """#
    let json = #"{"type":"record","name":"shop.Order","fields":[\#(fields)\#(more)],"connect.name":"shop.Order"}"#
    guard let schema = try? Schema(parsing: json) else { return Schema(.null) }
    return schema
  }

  static func json(_ id: Int, _ region: String? = nil, at: Int64? = nil) -> JSONValue {
    [
      "id": .integer(id), "region": region.map { .string($0) } ?? .null, "at": at.map { .integer($0) } ?? .null,
    ]
  }
}

extension TopicPartition {
  static func orders(_ partition: Int32) -> TopicPartition { TopicPartition(topic: "orders", partition: partition) }
}
