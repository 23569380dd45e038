import Avro
import ChangeModel
import Foundation
import HTTPClient
import JSON
import KafkaClient
import TestSupport

/// What is written to the topic.
enum Change: Sendable, Equatable {
  case upsert(Int, String)
  /// With a column more: another schema.
  case wide(Int, String, String)
  case delete(Int)
  case tombstone(Int)
  case truncate
  /// Bytes that no converter reads.
  case garbage
}

/// A change in the topic. Each has a number of its own, which its envelope carries as `ts_ms`.
struct Produced: Sendable {
  var serial: Int
  var change: Change
}

/// A topic of Debezium envelopes in Avro, written record by record, so that the suite knows each of them.
final class ChangeTopic {
  let name = uniqueName("conf.public.t")
  let partitions: Int
  /// Young enough for the topic's retention.
  private let start = Int64(Date().timeIntervalSince1970) * 1000 - 3_600_000
  private(set) var produced: [Produced] = []
  private let producer: PlainProducer
  private let key: (id: Int32, codec: ValueCodec)
  private let narrow: (id: Int32, codec: ValueCodec)
  private let wide: (id: Int32, codec: ValueCodec)

  init(registry: String, partitions: Int) throws {
    self.partitions = partitions
    let kafka = KafkaProperties([("bootstrap.servers", try Servers.kafka().bootstrap)])
    let admin = try AdminClient(kafka)
    defer { admin.close() }
    try admin.createTopics([NewTopic(name: name, partitions: Int32(partitions))])
    producer = try PlainProducer(kafka)
    let name = name
    func register(_ subject: String, _ schema: String) throws -> (id: Int32, codec: ValueCodec) {
      let body = JSONValue.object(["schema": .string(schema)]).utf8
      let answer = try HTTPClient().send(
        HTTPRequest(
          method: "POST", url: "\(registry)/subjects/\(subject)/versions",
          headers: [("Content-Type", "application/vnd.schemaregistry.v1+json")], body: body))
      guard let id = try JSONValue(parsing: answer.body)["id"]?.int else {
        throw TestSupportError("the registry says \(String(decoding: answer.body, as: UTF8.self))")
      }
      return (Int32(id), try ValueCodec(Schema(parsing: schema)))
    }
    key = try register(
      name + "-key", #"{"type":"record","name":"\#(name).Key","fields":[{"name":"id","type":"int"}]}"#)
    narrow = try register(name + "-value", Self.envelope(name, ""))
    wide = try register(
      name + "-value", Self.envelope(name, #",{"name":"extra","type":["null","string"],"default":null}"#))
  }

  deinit { producer.close() }

  private static func envelope(_ topic: String, _ more: String) -> String {
    #"""
    {"type":"record","name":"\#(topic).Envelope","fields":[
      {"name":"before","type":["null",{"type":"record","name":"\#(topic).Value","fields":[
        {"name":"id","type":"int"},{"name":"v","type":["null","string"],"default":null}\#(more)]}],"default":null},
      {"name":"after","type":["null","\#(topic).Value"],"default":null},
      {"name":"source","type":{"type":"record","name":"io.debezium.connector.postgresql.Source","fields":[
        {"name":"version","type":"string"},{"name":"schema","type":"string"},{"name":"table","type":"string"},
        {"name":"lsn","type":["null","long"],"default":null}]}},
      {"name":"op","type":"string"},{"name":"ts_ms","type":["null","long"],"default":null}]}
    """#
  }

  /// Writes changes in order, each key in its partition; returns once they are durable.
  func write(_ changes: [Change]) throws {
    let batch = RecordBatch()
    batch.topics = [name]
    for change in changes {
      let serial = produced.count
      var record = Record(topic: 0)
      record.timestamp = start + Int64(serial) * 1000
      let id = Self.id(of: change)
      record.partition = Int32((id ?? 0) % partitions)
      record.key = put(try id.map { framed(key.id, try key.codec.encode(["id": .integer($0)])) }, batch)
      record.value = put(try value(change, serial), batch)
      batch.records.append(record)
      produced.append(Produced(serial: serial, change: change))
    }
    try producer.produce(batch)
  }

  /// Writes the last `count` changes once more, as a producer does that lost the answer to its request.
  func repeatLast(_ count: Int) throws { try write(produced.suffix(count).map(\.change)) }

  private func value(_ change: Change, _ serial: Int) throws -> [UInt8]? {
    func envelope(_ op: String, _ before: JSONValue, _ after: JSONValue, isWide: Bool = false) throws -> [UInt8] {
      let schema = isWide ? wide : narrow
      let value: JSONValue = [
        "before": before, "after": after,
        "source": ["version": "1", "schema": "public", "table": "t", "lsn": .integer(serial + 1)], "op": .string(op),
        "ts_ms": .integer(serial),
      ]
      return framed(schema.id, try schema.codec.encode(value))
    }
    switch change {
    case .upsert(let id, let v): return try envelope("c", nil, ["id": .integer(id), "v": .string(v)])
    case .wide(let id, let v, let extra):
      return try envelope("c", nil, ["id": .integer(id), "v": .string(v), "extra": .string(extra)], isWide: true)
    case .delete(let id): return try envelope("d", ["id": .integer(id), "v": nil], nil)
    case .truncate: return try envelope("t", nil, nil)
    case .tombstone: return nil
    case .garbage: return [9, 9, 9, UInt8(truncatingIfNeeded: serial)]
    }
  }

  private static func id(of change: Change) -> Int? {
    switch change {
    case .upsert(let id, _), .wide(let id, _, _), .delete(let id), .tombstone(let id): id
    case .truncate: nil
    case .garbage: 0
    }
  }

  private func framed(_ id: Int32, _ body: [UInt8]) -> [UInt8] {
    [0] + withUnsafeBytes(of: id.bigEndian) { Array($0) } + body
  }

  private func put(_ bytes: [UInt8]?, _ batch: RecordBatch) -> ByteRange {
    guard let bytes else { return .none }
    let start = batch.bytes.count
    batch.bytes.append(bytes)
    return ByteRange(offset: start, count: bytes.count)
  }
}

extension [Produced] {
  /// The rows that the changes leave, by key: `v`, and `extra` behind a bar.
  var rows: [Int: String] {
    var rows: [Int: String] = [:]
    for produced in self {
      switch produced.change {
      case .upsert(let id, let v):
        rows[id] = "\(v)|\(rows[id].flatMap { $0.split(separator: "|").dropFirst().first } ?? "")"
      case .wide(let id, let v, let extra): rows[id] = "\(v)|\(extra)"
      case .delete(let id), .tombstone(let id): rows[id] = nil
      case .truncate: rows = [:]
      case .garbage: break
      }
    }
    return rows
  }

  /// The numbers of the changes that are envelopes.
  var envelopes: [Int] {
    compactMap {
      switch $0.change {
      case .tombstone, .garbage: nil
      default: $0.serial
      }
    }
  }
}
