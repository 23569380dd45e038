internal import ChangeModel
internal import JSON
internal import KafkaClient

/// Finds where dead letters are replayed to.
struct ReplayTargets {
  /// What an operator may ask for.
  enum Destination: String {
    /// Only the connector that failed, by its replay topic.
    case sink
    /// The topic that the record came from.
    case topic
  }

  /// A topic and partition; -1: by the key.
  struct Target {
    var topic: String
    var partition: Int32
  }

  /// Records of a connector wait in its replay topic as long as it is stopped, however long that is.
  private static let replaySettings = [("retention.ms", "-1")]

  let kafka: KafkaEnvironment
  /// Whether a connector is a source or a sink; nil: it does not exist.
  let role: (String) -> ConnectorClass.Role?
  /// What was asked for; nil: sinks' dead letters to the sink, sources' to the topic.
  let destination: Destination?
  /// Whether topics may be made.
  let makesTopics: Bool
  private var partitions: [String: Int32] = [:]

  init(
    kafka: KafkaEnvironment, role: @escaping (String) -> ConnectorClass.Role?, destination: Destination?,
    makesTopics: Bool
  ) throws(CDCError) {
    self.kafka = kafka
    self.role = role
    self.destination = destination
    self.makesTopics = makesTopics
    for topic in try kafka.withAdmin({ admin throws(CDCError) in try admin.topics() }) {
      partitions[topic.name] = topic.partitionCount
    }
  }

  /// The topic through which records are replayed to a sink.
  static func replayTopic(of connector: String) -> String { connector + ".replay" }

  /// Whether a topic is there.
  func exists(_ topic: String) -> Bool { partitions[topic] != nil }

  /// Where a dead letter goes. Throws `deadLetterTarget` or `deadLetterConnectorGone` if it can't.
  mutating func target(of identity: DeadLetterIdentity) throws(CDCError) -> Target {
    let origin = identity.origin
    guard (destination ?? (origin.isOfSource ? .topic : .sink)) == .sink else { return try topic(origin) }
    guard let role = role(identity.connector) else {
      throw CDCError(.deadLetterConnectorGone, "connector \(identity.connector) does not exist")
    }
    guard role == .sink, let partition = origin.partition else {
      throw CDCError(.deadLetterTarget, "connector \(identity.connector) is a source: replay to the topic")
    }
    return try sink(identity.connector, partition, of: origin.topic)
  }

  private func topic(_ origin: DeadLetterOrigin) throws(CDCError) -> Target {
    guard let count = partitions[origin.topic] else {
      throw CDCError(.deadLetterTarget, "topic \(origin.topic) does not exist")
    }
    guard let partition = origin.partition else { return Target(topic: origin.topic, partition: -1) }
    guard partition < count else {
      throw CDCError(.deadLetterTarget, "topic \(origin.topic) has no partition \(partition)")
    }
    return Target(topic: origin.topic, partition: partition)
  }

  /// A key is in one partition of its topic, so it is in one of the replay topic, whatever number of them that has.
  private mutating func sink(
    _ connector: String, _ partition: Int32, of origin: String
  ) throws(CDCError) -> Target {
    let name = Self.replayTopic(of: connector)
    if partitions[name] == nil, makesTopics {
      let wanted = max(partitions[origin] ?? 0, partition + 1)
      let topic = NewTopic(name: name, partitions: wanted, configuration: Self.replaySettings)
      partitions[name] = try kafka.withAdmin { admin throws(CDCError) in
        try admin.createTopics([topic])
        return try admin.topics().first { $0.name == name }?.partitionCount ?? wanted
      }
    }
    let count = partitions[name] ?? max(partitions[origin] ?? 0, partition + 1)
    return Target(topic: name, partition: partition % max(count, 1))
  }
}
