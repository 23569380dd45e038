/// A topic that is wanted.
public struct NewTopic: Sendable {
  /// Its name.
  public var name: String
  /// Its partitions; -1: the broker's default.
  public var partitions: Int32
  /// Its replicas; -1: the broker's default.
  public var replicationFactor: Int32
  /// Its own settings (`cleanup.policy`, `retention.ms`, …), in order.
  public var configuration: [(String, String)]

  /// A topic, by default as the broker makes topics by itself.
  public init(
    name: String, partitions: Int32 = -1, replicationFactor: Int32 = -1, configuration: [(String, String)] = []
  ) {
    self.name = name
    self.partitions = partitions
    self.replicationFactor = replicationFactor
    self.configuration = configuration
  }
}
