internal import ChangeModel
internal import JSON
internal import KafkaClient

/// How far a sink came in its side topics.
///
/// A side topic's partition holds records of many partitions, which may have different owners, so each of these has an
/// offset of its own: under the made-up topic `<side topic>/<its partition>/<topic>`, which can't be a real one's name.
/// Sinks with offsets in their target keep these there, too; for the others they are kept in the topic of source offsets.
final class SideOffsets {
  private let kafka: KafkaEnvironment
  private let topic: String
  private let connector: String
  private var stored: [TopicPartition: Int64]?
  private var producer: PlainProducer?

  init(_ kafka: KafkaEnvironment, topic: String, connector: String) {
    self.kafka = kafka
    self.topic = topic
    self.connector = connector
  }

  /// The name under which the offsets of `origin`'s records in a side topic are kept.
  static func partition(_ side: String, _ partition: Int32, of origin: TopicPartition) -> TopicPartition {
    TopicPartition(topic: "\(side)/\(partition)/\(origin.topic)", partition: origin.partition)
  }

  /// Whether a partition is such a name.
  static func isSide(_ partition: TopicPartition) -> Bool { partition.topic.utf8.contains(UInt8(ascii: "/")) }

  /// The stored offset.
  func offset(of partition: TopicPartition) throws(CDCError) -> Int64? {
    if let stored { return stored[partition] }
    let known = try read()
    stored = known
    return known[partition]
  }

  /// Stores offsets; returns once they are durable.
  func store(_ offsets: [TopicPartition: Int64]) throws(CDCError) {
    guard !offsets.isEmpty else { return }
    if producer == nil { producer = try PlainProducer(kafka.properties) }
    try producer?.produce(
      offsets.map { partition, next in
        PlainProducer.Message(
          topic: topic, key: OffsetKey.make(connector: connector, partition: Self.key(partition).text),
          value: JSONValue.object(["kafka_offset": .integer(next)]).utf8)
      })
    stored?.merge(offsets) { $1 }
  }

  func close() {
    producer?.close()
    producer = nil
    stored = nil
  }

  private func read() throws(CDCError) -> [TopicPartition: Int64] {
    var found: [TopicPartition: Int64] = [:]
    for entry in try SourceOffsets(kafka: kafka, topic: topic, embedded: nil).read(connector) {
      guard let topic = entry.partition["kafka_topic"]?.string,
        let partition = entry.partition["kafka_partition"]?.int.flatMap({ Int32(exactly: $0) }),
        let offset = entry.offset.object?["kafka_offset"]?.int
      else { continue }
      found[TopicPartition(topic: topic, partition: partition)] = Int64(offset)
    }
    return found
  }

  private static func key(_ partition: TopicPartition) -> JSONValue {
    .object(["kafka_partition": .integer(partition.partition), "kafka_topic": .string(partition.topic)])
  }
}
