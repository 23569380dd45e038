import Avro
import ChangeModel
import EventEncoding
import Foundation
import JSON

/// Schemas by id, in place of a registry.
final class Schemas: SchemaSource, @unchecked Sendable {
  private let lock = NSLock()
  private var known: [Int32: Schema] = [:]
  private var failure: CDCError?

  func add(_ schema: Schema) -> Int32 {
    lock.withLock {
      if let found = known.first(where: { $0.value == schema }) { return found.key }
      let id = Int32(known.count + 1)
      known[id] = schema
      return id
    }
  }

  func fail(with error: CDCError?) { lock.withLock { failure = error } }

  func schema(id: Int32) throws(CDCError) -> Schema {
    lock.lock()
    let found = known[id]
    let error = failure
    lock.unlock()
    if let error { throw error }
    guard let found else { throw CDCError(.undecodableRecord, "no schema \(id)") }
    return found
  }
}

/// Makes events of one table as Debezium's converter writes them.
struct EventMaker {
  let topic: String
  let schemas: Schemas
  let keySchema: Schema
  let valueSchema: Schema
  private let keyID: Int32
  private let valueID: Int32
  private let keyCodec: ValueCodec
  private let valueCodec: ValueCodec

  /// `columns` and `key`: Avro fields as JSON text.
  init(_ topic: String, key: [String], columns: [String], _ schemas: Schemas) throws {
    self.topic = topic
    self.schemas = schemas
    let fields = columns.joined(separator: ",")
    keySchema = try Schema(
      parsing: #"{"type":"record","name":"\#(topic).Key","fields":[\#(key.joined(separator: ","))]}"#)
    valueSchema = try Schema(
      parsing: #"""
        {"type":"record","name":"\#(topic).Envelope","fields":[
          {"name":"before","type":["null",{"type":"record","name":"\#(topic).Value","fields":[\#(fields)]}],"default":null},
          {"name":"after","type":["null","\#(topic).Value"],"default":null},
          {"name":"source","type":{"type":"record","name":"io.debezium.connector.postgresql.Source","fields":[
            {"name":"version","type":"string"},{"name":"snapshot","type":["string","null"],"default":"false"},
            {"name":"schema","type":"string"},{"name":"table","type":"string"},
            {"name":"lsn","type":["null","long"],"default":null}]}},
          {"name":"transaction","type":["null",{"type":"record","name":"event.block","fields":[
            {"name":"id","type":"string"},{"name":"total_order","type":"long"}]}],"default":null},
          {"name":"op","type":"string"},{"name":"ts_ms","type":["null","long"],"default":null}]}
        """#)
    keyCodec = try ValueCodec(keySchema)
    valueCodec = try ValueCodec(valueSchema)
    keyID = schemas.add(keySchema)
    valueID = schemas.add(valueSchema)
  }

  func key(_ key: JSONValue) throws -> [UInt8] { Self.framed(keyID, try keyCodec.encode(key)) }

  func value(_ operation: String, before: JSONValue, after: JSONValue, lsn: Int) throws -> [UInt8] {
    let parts = topic.split(separator: ".")
    let envelope: JSONValue = [
      "before": before, "after": after,
      "source": [
        "version": "1", "snapshot": "false", "schema": .string(String(parts[parts.count - 2])),
        "table": .string(String(parts[parts.count - 1])), "lsn": .integer(lsn),
      ],
      "transaction": nil, "op": .string(operation), "ts_ms": 1,
    ]
    return Self.framed(valueID, try valueCodec.encode(envelope))
  }

  static func framed(_ id: Int32, _ body: [UInt8]) -> [UInt8] {
    [0] + withUnsafeBytes(of: id.bigEndian) { Array($0) } + body
  }
}

/// Builds batches as a consumer would, with offsets that go on per partition.
final class BatchMaker {
  private(set) var batch = RecordBatch()
  private var offsets: [TopicPartition: Int64] = [:]
  private var lsn = 1000

  /// Starts a new batch; offsets go on.
  func next() { batch = RecordBatch() }

  func nextOffset(_ topic: String, _ partition: Int32 = 0) -> Int64 {
    offsets[TopicPartition(topic: topic, partition: partition)] ?? 0
  }

  func skip(_ topic: String, _ partition: Int32 = 0, _ count: Int64) {
    offsets[TopicPartition(topic: topic, partition: partition), default: 0] += count
  }

  func add(
    _ topic: String, partition: Int32 = 0, key: [UInt8]?, value: [UInt8]?, headers: [(String, String)] = []
  ) {
    if !batch.topics.contains(topic) { batch.topics.append(topic) }
    var record = Record(topic: Int32(batch.topics.firstIndex(of: topic) ?? 0))
    record.partition = partition
    let place = TopicPartition(topic: topic, partition: partition)
    record.offset = offsets[place, default: 0]
    offsets[place] = record.offset + 1
    record.key = append(key)
    record.value = append(value)
    if !headers.isEmpty {
      let start = batch.bytes.count
      for (name, value) in headers {
        Array(value.utf8).withUnsafeBytes { HeaderList.append(name: name, value: $0, to: &batch.bytes) }
      }
      record.headers = ByteRange(offset: start, count: batch.bytes.count - start)
    }
    batch.records.append(record)
  }

  private func append(_ bytes: [UInt8]?) -> ByteRange {
    guard let bytes else { return .none }
    let start = batch.bytes.count
    batch.bytes.append(bytes)
    return ByteRange(offset: start, count: bytes.count)
  }

  // MARK: - Events

  func upsert(
    _ maker: EventMaker, _ operation: String = "c", key: JSONValue, _ after: JSONValue, partition: Int32 = 0,
    headers: [(String, String)] = [], lsn given: Int? = nil
  ) throws {
    lsn += 1
    add(
      maker.topic, partition: partition, key: try maker.key(key),
      value: try maker.value(operation, before: nil, after: after, lsn: given ?? lsn), headers: headers)
  }

  func delete(
    _ maker: EventMaker, key: JSONValue, before: JSONValue, partition: Int32 = 0, headers: [(String, String)] = [],
    hasTombstone: Bool = true, lsn given: Int? = nil
  ) throws {
    lsn += 1
    let bytes = try maker.key(key)
    add(
      maker.topic, partition: partition, key: bytes,
      value: try maker.value("d", before: before, after: nil, lsn: given ?? lsn), headers: headers)
    if hasTombstone { add(maker.topic, partition: partition, key: bytes, value: nil, headers: headers) }
  }

  func truncate(_ maker: EventMaker, partition: Int32 = 0) throws {
    lsn += 1
    add(
      maker.topic, partition: partition, key: nil,
      value: try maker.value("t", before: nil, after: nil, lsn: lsn))
  }
}

/// Avro fields, as JSON text.
enum Columns {
  static func plain(_ name: String, _ type: String) -> String { #"{"name":"\#(name)","type":"\#(type)"}"# }
  static func optional(_ name: String, _ type: String) -> String {
    #"{"name":"\#(name)","type":["null","\#(type)"],"default":null}"#
  }
  static func semantic(_ name: String, _ type: String, _ semantic: String, more: String = "") -> String {
    #"{"name":"\#(name)","type":["null",{"type":"\#(type)","connect.version":1,"connect.name":"\#(semantic)"\#(more)}],"default":null}"#
  }
  static func decimal(_ name: String, scale: Int, precision: Int?) -> String {
    let known = precision.map { #","connect.decimal.precision":"\#($0)""# } ?? ""
    return semantic(
      name, "bytes", "org.apache.kafka.connect.data.Decimal",
      more:
        #","scale":\#(scale),"precision":\#(precision ?? 64),"connect.parameters":{"scale":"\#(scale)"\#(known)},"logicalType":"decimal""#
    )
  }
  static func array(_ name: String, _ items: String) -> String {
    #"{"name":"\#(name)","type":["null",{"type":"array","items":["null",\#(items)]}],"default":null}"#
  }
}
