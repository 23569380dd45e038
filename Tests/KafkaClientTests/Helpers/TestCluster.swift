import ChangeModel
import Flow
import Foundation
import KafkaClient
import TestSupport
import Testing

/// The broker of the tests that need a real one: it ends old transactions soon and makes no topics by itself.
enum TestCluster {
  private static let made = Result {
    var options = KafkaBroker.Options()
    options.settings = [
      "transaction.abort.timed.out.transaction.cleanup.interval.ms": "500", "auto.create.topics.enable": "false",
      "group.initial.rebalance.delay.ms": "0",
    ]
    return try KafkaBroker(options)
  }

  static func broker() throws -> KafkaBroker { try made.get() }

  static func properties() throws -> KafkaProperties {
    KafkaProperties([("bootstrap.servers", try broker().bootstrap)])
  }

  static func admin() throws -> AdminClient { try AdminClient(try properties()) }

  /// A new topic of a name that no other test has.
  static func topic(_ prefix: String = "t", partitions: Int32 = 1, _ configuration: [(String, String)] = []) throws
    -> String
  {
    let name = uniqueName(prefix)
    let admin = try admin()
    try admin.createTopics([NewTopic(name: name, partitions: partitions, configuration: configuration)])
    admin.close()
    return name
  }

  /// A publisher with an offsets topic of its own, unless one is named.
  static func publisher(_ connector: String, offsets: String? = nil, _ properties: [(String, String)] = []) throws
    -> TransactionalPublisher
  { TransactionalPublisher(try settings(connector, offsets: offsets, properties)) }

  static func settings(_ connector: String, offsets: String? = nil, _ properties: [(String, String)] = []) throws
    -> PublisherSettings
  {
    var settings = PublisherSettings(
      properties: try Self.properties().merging(KafkaProperties(properties)), connector: connector,
      transactionalID: "test-\(connector)-0", offsetsTopic: offsets ?? "offsets_\(connector)")
    settings.offsetsPartitions = 1
    return settings
  }

  /// All records of a topic to its end.
  static func records(_ topic: String, _ isolation: TopicReader.Isolation = .committed) throws -> [ReadRecord] {
    let reader = TopicReader(try properties(), topic: topic, isolation: isolation)
    defer { reader.close() }
    var found: [ReadRecord] = []
    try reader.readToEnd(patience: .seconds(15)) { record throws(CDCError) in
      found.append(
        ReadRecord(
          topic: topic, partition: record.partition, offset: record.offset,
          key: record.key.map { String(decoding: $0, as: UTF8.self) },
          value: record.value.map { String(decoding: $0, as: UTF8.self) }, headers: []))
    }
    return found
  }
}

/// Tests against the real broker: one after the other, since some kill it.
@Suite(.serialized, .needsKafkaKit) struct RealBrokerTests {}
