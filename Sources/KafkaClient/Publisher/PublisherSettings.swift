/// What a transactional publisher needs to know.
public struct PublisherSettings: Sendable {
  /// How to reach the cluster, and the user's own properties, under librdkafka's names.
  public var properties: KafkaProperties
  /// The connector's name: the first part of its offsets' keys.
  public var connector: String
  /// The transactional id, `<group.id>-<connector>-<task>`: whoever opens with it last fences the others.
  public var transactionalID: String
  /// The compacted topic of source offsets.
  public var offsetsTopic: String
  /// Partitions of the offsets topic where it has to be made.
  public var offsetsPartitions: Int32 = 25
  /// Replicas of the offsets topic where it has to be made; -1: the broker's default.
  public var offsetsReplication: Int32 = -1
  /// The source partition whose offset is read at the start, as compact JSON, for instance `{"server":"crm"}`; nil: the
  /// connector has only one.
  public var sourcePartition: String?
  /// How long opening may take.
  public var openPatience: Duration = .seconds(30)
  /// An embedded broker, which makes topics by a call of its own.
  public var embedded: EmbeddedBroker?

  /// Settings with the defaults of a Connect worker.
  public init(properties: KafkaProperties, connector: String, transactionalID: String, offsetsTopic: String) {
    self.properties = properties
    self.connector = connector
    self.transactionalID = transactionalID
    self.offsetsTopic = offsetsTopic
  }

  /// The producer's properties. What the user set and a transactional producer can't have is brought within its limits,
  /// since configurations for Java's client often have it (`delivery.timeout.ms` of days, more requests in flight).
  var producerProperties: KafkaProperties {
    var made = properties
    made["transactional.id"] = transactionalID
    made["partitioner"] = "murmur2_random"
    made["enable.idempotence"] = "true"
    made["acks"] = "all"
    made["delivery.report.only.error"] = "false"
    made.setDefault("transaction.timeout.ms", "60000")
    made.setDefault("queue.buffering.max.kbytes", "16384")
    made.setDefault("queue.buffering.max.messages", "1000000")
    for alias in ["delivery.timeout.ms", "message.timeout.ms"] { limit(&made, alias, 1...transactionMilliseconds) }
    limit(&made, "socket.timeout.ms", 10...max(transactionMilliseconds - 100, 10))
    for alias in ["max.in.flight.requests.per.connection", "max.in.flight"] { limit(&made, alias, 1...5) }
    for alias in ["retries", "message.send.max.retries"] { limit(&made, alias, 1...Int64(Int32.max)) }
    return made
  }

  /// The broker ends a transaction that is older, in nanoseconds.
  var transactionTimeout: Int64 { transactionMilliseconds * 1_000_000 }

  private var transactionMilliseconds: Int64 {
    properties["transaction.timeout.ms"].flatMap { Int64($0) } ?? 60_000
  }

  /// Keeps a number that is set within a range; 0 stands for no limit and becomes the largest.
  private func limit(_ properties: inout KafkaProperties, _ name: String, _ range: ClosedRange<Int64>) {
    guard let value = properties[name].flatMap({ Int64($0) }), !range.contains(value) else { return }
    properties[name] = String(value == 0 ? range.upperBound : min(max(value, range.lowerBound), range.upperBound))
  }
}
