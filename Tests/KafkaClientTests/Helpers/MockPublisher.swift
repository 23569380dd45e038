import ChangeModel
import Flow
import KafkaClient

/// A publisher against an embedded broker of its own.
final class MockPublisher {
  let broker: EmbeddedBroker
  let publisher: TransactionalPublisher
  static let topic = "t.public.a"

  init(_ properties: [(String, String)] = [], patience: Duration = .seconds(20)) throws {
    broker = try EmbeddedBroker()
    try broker.createTopic(Self.topic, partitions: 2)
    var settings = PublisherSettings(
      properties: KafkaProperties([("bootstrap.servers", broker.bootstrapServers)] + properties), connector: "c",
      transactionalID: "g-c-0", offsetsTopic: "g.offsets")
    settings.offsetsPartitions = 2
    settings.embedded = broker
    settings.openPatience = patience
    publisher = TransactionalPublisher(settings)
  }

  deinit { publisher.close() }

  /// One transaction of ten records and an offset.
  @discardableResult func publish(_ number: Int) throws -> DurablePosition {
    try publisher.add(Batches.numbers(Self.topic, number * 10..<(number + 1) * 10))
    return try publisher.commit(Batches.offset(number)).position
  }

  /// All records in the topic, whatever their transactions came to.
  func records() throws -> [ReadRecord] {
    let reader = TopicReader(
      KafkaProperties([("bootstrap.servers", broker.bootstrapServers)]), topic: Self.topic, isolation: .uncommitted)
    defer { reader.close() }
    var found: [ReadRecord] = []
    try reader.readToEnd(patience: .seconds(10)) { record throws(CDCError) in
      found.append(
        ReadRecord(
          topic: Self.topic, partition: record.partition, offset: record.offset,
          key: record.key.map { String(decoding: $0, as: UTF8.self) },
          value: record.value.map { String(decoding: $0, as: UTF8.self) }, headers: []))
    }
    return found
  }
}

/// Kafka's numbers of the requests that tests make fail.
enum API {
  static let produce: Int16 = 0
  static let metadata: Int16 = 3
  static let findCoordinator: Int16 = 10
  static let initProducerID: Int16 = 22
  static let addPartitionsToTransaction: Int16 = 24
  static let endTransaction: Int16 = 26
}
