internal import ChangeModel
internal import KafkaClient
internal import Settings

/// How a source's topics are made (`topic.creation.default.*`, KIP-158): by the broker's defaults where nothing is said.
struct TopicCreation: Sendable {
  private static let prefix = "topic.creation.default."

  private var partitions: Int32 = -1
  private var replication: Int32 = -1
  private var configuration: [(String, String)] = []

  /// Reads the keys. Throws `invalidConfiguration` for numbers that are none.
  init(_ config: ParsedConfig) throws(CDCError) {
    for (name, value) in config.withPrefix(Self.prefix) {
      switch name {
      case "partitions": partitions = try Self.number(value, name)
      case "replication.factor": replication = try Self.number(value, name)
      default: configuration.append((name, value))
      }
    }
  }

  /// Makes the topics that are missing and waits until they can be written.
  func make(_ names: [String], in kafka: KafkaEnvironment) throws(CDCError) {
    guard !names.isEmpty else { return }
    let wanted = names.map {
      NewTopic(name: $0, partitions: partitions, replicationFactor: replication, configuration: configuration)
    }
    try kafka.withAdmin { admin throws(CDCError) in
      try admin.createTopics(wanted)
      try admin.waitForTopics(names)
    }
  }

  private static func number(_ text: String, _ name: String) throws(CDCError) -> Int32 {
    guard let number = Int32(text), number == -1 || number > 0 else {
      throw CDCError(.invalidConfiguration, "\(prefix)\(name) must be -1 or a positive number")
    }
    return number
  }
}
