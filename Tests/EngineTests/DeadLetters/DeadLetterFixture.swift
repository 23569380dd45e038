import ChangeModel
import Foundation
import JSON
import KafkaClient
import TestSupport

@testable import Engine

/// A topic of dead letters on a real broker, written as a sink task writes them.
struct DeadLetterFixture {
  let kafka: KafkaEnvironment
  /// The topic of dead letters.
  let dlq: String
  /// The topic that the records came from.
  let origin: String
  let connector: String

  init(partitions: Int32 = 1, originPartitions: Int32 = 3) throws {
    let kafka = KafkaEnvironment(properties: KafkaProperties([("bootstrap.servers", try Servers.kafka().bootstrap)]))
    try self.init(kafka, partitions: partitions, originPartitions: originPartitions)
  }

  /// In a cluster of its own, or in the embedded broker.
  init(_ kafka: KafkaEnvironment, partitions: Int32 = 1, originPartitions: Int32 = 3) throws {
    let id = UUID().uuidString.prefix(8)
    self.kafka = kafka
    dlq = "dlq-\(id)"
    origin = "orders-\(id)"
    connector = "sink-\(id)"
    let topics = [
      // The records' timestamps are old: by default the broker would delete them whenever it looks.
      NewTopic(name: dlq, partitions: partitions, configuration: [("retention.ms", "-1")]),
      NewTopic(name: origin, partitions: originPartitions, configuration: [("retention.ms", "-1")]),
    ]
    try kafka.withAdmin { admin throws(CDCError) in _ = try admin.createTopics(topics) }
  }

  var replayTopic: String { connector + ".replay" }
  var source: DeadLetterTopic { DeadLetterTopic(kafka: kafka, name: dlq, connector: connector) }

  /// A dead letter as a test wants it.
  struct Letter {
    var partition: Int32 = 0
    var offset: Int64
    var attempt = 0
    var key: String?
    var value: [UInt8]?
    var fingerprint = "00000000000000aa"
    var code = "CDC-7003"
    var pointer: String? = "/after/email"
    var own: [(String, String)] = []
    /// Of a source: the origin's offset object.
    var sourceOffset: String?
    var valueFormat: String?
    var timestamp: Int64 = 1_700_000_000_000

    init(_ offset: Int64, key: String?, value: String? = "{}", partition: Int32 = 0) {
      self.offset = offset
      self.key = key
      self.value = value.map { Array($0.utf8) }
      self.partition = partition
    }
  }

  /// Writes dead letters in order.
  func park(_ letters: [Letter]) throws {
    let publisher = try writer()
    defer { publisher.close() }
    for start in stride(from: 0, to: letters.count, by: 5_000) {
      let batch = RecordBatch()
      batch.topics = [dlq]
      for letter in letters[start..<min(start + 5_000, letters.count)] { append(letter, to: batch) }
      try publisher.add(batch)
      _ = try publisher.commitRecords()
    }
  }

  /// A publisher that is open.
  func writer(_ id: String = UUID().uuidString) throws -> TransactionalPublisher {
    var settings = PublisherSettings(
      properties: kafka.properties, connector: "fixture", transactionalID: id, offsetsTopic: dlq + ".fixture")
    settings.embedded = kafka.embedded
    let publisher = TransactionalPublisher(settings)
    try publisher.initialize()
    return publisher
  }

  func append(_ letter: Letter, to batch: RecordBatch) {
    var record = Record(topic: 0)
    record.timestamp = letter.timestamp + letter.offset
    if let key = letter.key { record.key = put(Array(key.utf8), batch) }
    if let value = letter.value { record.value = put(value, batch) }
    let start = batch.bytes.count
    let place =
      letter.sourceOffset.map { #""partition":null,"offset":\#($0)"# }
      ?? #""partition":\#(letter.partition),"offset":\#(letter.offset)"#
    var headers =
      letter.own + [
        ("__connect.errors.topic", origin), ("__connect.errors.partition", "\(letter.partition)"),
        ("__connect.errors.offset", "\(letter.offset)"), ("__connect.errors.connector.name", connector),
        ("__connect.errors.stage", "TASK_PUT"), ("__connect.errors.exception.message", "email is too long"),
        ("cdc.errors.code", letter.code), ("cdc.errors.class", "poison"),
        ("cdc.errors.fingerprint", letter.fingerprint), ("cdc.errors.attempts", "\(letter.attempt)"),
        ("cdc.errors.connector", connector), ("cdc.errors.origin", #"{"topic":"\#(origin)",\#(place)}"#),
      ]
    if let pointer = letter.pointer { headers.append(("cdc.errors.pointer", pointer)) }
    if let format = letter.valueFormat { headers.append(("cdc.errors.value.format", format)) }
    for (name, value) in headers {
      Array(value.utf8).withUnsafeBytes { HeaderList.append(name: name, value: $0, to: &batch.bytes) }
    }
    record.headers = ByteRange(offset: start, count: batch.bytes.count - start)
    batch.records.append(record)
  }

  private func put(_ bytes: [UInt8], _ batch: RecordBatch) -> ByteRange {
    let start = batch.bytes.count
    batch.bytes.append(bytes)
    return ByteRange(offset: start, count: bytes.count)
  }

  /// A record as a consumer gets it.
  struct Read {
    var partition: Int32
    var timestamp: Int64
    var key: String?
    var value: [UInt8]?
    var headers: [String: String]
    var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
  }

  /// All committed records of a topic; none if it does not exist.
  func read(_ topic: String) throws -> [Read] {
    let reader = TopicReader(
      kafka.properties, topic: topic, isolation: kafka.embedded == nil ? .committed : .uncommitted)
    defer { reader.close() }
    var all: [Read] = []
    do throws(CDCError) {
      try reader.readBatches(limit: 1 << 20) { batch throws(CDCError) in
        for record in batch.records { all.append(Self.read(record, batch)) }
        return true
      }
    } catch {
      guard error.code == .kafkaTopicMissing else { throw error }
    }
    return all
  }

  private static func read(_ record: Record, _ batch: RecordBatch) -> Read {
    var headers: [String: String] = [:]
    if record.headers.isPresent {
      HeaderList.forEach(in: batch.bytes[record.headers]) { name, value in
        headers[String(decoding: name, as: UTF8.self)] = value.map { String(decoding: $0, as: UTF8.self) }
      }
    }
    return Read(
      partition: record.partition, timestamp: record.timestamp,
      key: record.key.isPresent ? String(decoding: batch.bytes[record.key], as: UTF8.self) : nil,
      value: record.value.isPresent ? Array(batch.bytes[record.value]) : nil, headers: headers)
  }

  /// Outcomes by status key, as JSON texts.
  func outcomes() throws -> [String: String] {
    var outcomes: [String: String] = [:]
    for record in try read(source.statusTopic) {
      outcomes[record.key ?? ""] = record.text.flatMap { try? JSONValue(parsing: $0) }?["outcome"]?.string
    }
    return outcomes
  }

  /// Replays or discards.
  @discardableResult func settle(
    _ selection: DeadLetterSelection = DeadLetterSelection(), edit: DeadLetterEdit = DeadLetterEdit(),
    discard reason: String? = nil, to destination: ReplayTargets.Destination? = nil, isDryRun: Bool = false,
    rate: Int? = nil, role: ConnectorClass.Role? = .sink, codecs: CodecCache? = nil,
    goesOn: @escaping () -> Bool = { true }
  ) throws -> DeadLetterSummary {
    let work = DeadLetterSettling(
      source: source, selection: selection, action: reason.map { .discard(reason: $0) } ?? .replay(edit), rate: rate,
      isDryRun: isDryRun, codecs: codecs ?? CodecCache { _ throws(CDCError) in throw CDCError(.schemaUnknown, "none") },
      goesOn: goesOn)
    return try work.run(
      try ReplayTargets(kafka: kafka, role: { _ in role }, destination: destination, makesTopics: !isDryRun))
  }

  func groups(all: Bool = false) throws -> [DeadLetterGroups.Group] {
    var groups = DeadLetterGroups(outcomes: try source.outcomes(), all: all)
    try source.forEach { letter throws(CDCError) in
      groups.add(letter)
      return true
    }
    return groups.groups
  }
}
