import ChangeModel
import JSON
import KafkaClient
import TestSupport

/// Writes topics of dead letters as sink tasks do, and reads what became of them.
struct DeadLetterTopics {
  let kafka: KafkaProperties
  let dlq = uniqueName("dlq")
  let origin = uniqueName("orders")
  let connector = uniqueName("sink")

  init() throws {
    kafka = KafkaProperties([("bootstrap.servers", try Servers.kafka().bootstrap)])
    let admin = try AdminClient(kafka)
    defer { admin.close() }
    // The records' timestamps are old: by default the broker would delete them whenever it looks.
    let forever = [("retention.ms", "-1")]
    try admin.createTopics([
      NewTopic(name: dlq, partitions: 2, configuration: forever),
      NewTopic(name: origin, partitions: 3, configuration: forever),
    ])
  }

  /// Writes dead letters of the records `offsets` with these keys and values, in order. The key chooses the partition.
  func park(_ offsets: Range<Int64>, key: (Int64) -> String, value: (Int64) -> [UInt8]) throws {
    let publisher = TransactionalPublisher(
      PublisherSettings(
        properties: kafka, connector: "test", transactionalID: uniqueName("writer"), offsetsTopic: dlq + ".writer"))
    defer { publisher.close() }
    try publisher.initialize()
    let batch = RecordBatch()
    batch.topics = [dlq]
    for offset in offsets {
      var record = Record(topic: 0)
      record.timestamp = 1_700_000_000_000 + offset
      record.key = put(Array(key(offset).utf8), batch)
      record.value = put(value(offset), batch)
      let start = batch.bytes.count
      let headers = [
        ("cdc.errors.code", "CDC-7003"), ("cdc.errors.class", "poison"), ("cdc.errors.attempts", "0"),
        ("cdc.errors.fingerprint", "00000000000000aa"), ("cdc.errors.connector", connector),
        ("cdc.errors.pointer", "/after/email"), ("__connect.errors.exception.message", "email is too long"),
        ("cdc.errors.origin", #"{"topic":"\#(origin)","partition":\#(partition(key(offset))),"offset":\#(offset)}"#),
      ]
      for (name, value) in headers {
        Array(value.utf8).withUnsafeBytes { HeaderList.append(name: name, value: $0, to: &batch.bytes) }
      }
      record.headers = ByteRange(offset: start, count: batch.bytes.count - start)
      batch.records.append(record)
    }
    try publisher.add(batch)
    _ = try publisher.commitRecords()
  }

  /// The partition of a key in the original topic.
  func partition(_ key: String) -> Int32 {
    Array(key.utf8).withUnsafeBytes { Murmur2.partition(of: $0, count: 3) }
  }

  private func put(_ bytes: [UInt8], _ batch: RecordBatch) -> ByteRange {
    let start = batch.bytes.count
    batch.bytes.append(bytes)
    return ByteRange(offset: start, count: bytes.count)
  }

  /// A committed record: its partition, key and value, and the offset that its dead letter came from.
  struct Delivery {
    var partition: Int32
    var key: String
    var value: [UInt8]
    var origin: Int64?
  }

  /// The committed records of a topic, in order per partition; none if it is not there yet.
  func deliveries(_ topic: String) throws -> [Delivery] {
    let reader = TopicReader(kafka, topic: topic)
    defer { reader.close() }
    var all: [Delivery] = []
    do {
      try reader.readBatches(limit: 1 << 20) { batch throws(CDCError) in
        for record in batch.records { all.append(Self.delivery(record, batch)) }
        return true
      }
    } catch {
      guard error.code == .kafkaTopicMissing else { throw error }
    }
    return all
  }

  private static func delivery(_ record: Record, _ batch: RecordBatch) -> Delivery {
    var origin: Int64?
    if record.headers.isPresent {
      HeaderList.forEach(in: batch.bytes[record.headers]) { name, value in
        guard String(decoding: name, as: UTF8.self) == "cdc.replay.origin", let value else { return }
        origin = (try? JSONValue(parsing: value))?["offset"]?.int.map { Int64($0) }
      }
    }
    return Delivery(
      partition: record.partition, key: String(decoding: batch.bytes[record.key], as: UTF8.self),
      value: Array(batch.bytes[record.value]), origin: origin)
  }
}
