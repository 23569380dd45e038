public import EventEncoding

/// What the engine gives a sink's task.
public struct SinkContext: Sendable {
  /// The connector's name; offsets are stored under it.
  public var name: String
  /// The id of the Kafka cluster, stored beside the offsets.
  public var clusterID: String
  /// Whether the broker is the embedded one, whose topics are gone after a restart.
  public var isEmbeddedBroker: Bool
  /// Where schemas of keys come from.
  public var keySchemas: any SchemaSource & Sendable
  /// Where schemas of values come from.
  public var valueSchemas: any SchemaSource & Sendable
  /// How many partitions a topic has; nil: it can't be told.
  public var partitionCount: @Sendable (_ topic: String) -> Int?
  /// Takes a sentence for the log.
  public var notice: @Sendable (_ sentence: String) -> Void

  /// A context.
  public init(
    name: String, clusterID: String, isEmbeddedBroker: Bool = false, keySchemas: any SchemaSource & Sendable,
    valueSchemas: any SchemaSource & Sendable, partitionCount: @escaping @Sendable (_ topic: String) -> Int?,
    notice: @escaping @Sendable (_ sentence: String) -> Void = { _ in }
  ) {
    self.name = name
    self.clusterID = clusterID
    self.isEmbeddedBroker = isEmbeddedBroker
    self.keySchemas = keySchemas
    self.valueSchemas = valueSchemas
    self.partitionCount = partitionCount
    self.notice = notice
  }
}
