/// A partition of a topic.
public struct TopicPartition: Sendable, Hashable {
  /// The topic.
  public var topic: String
  /// The partition's number.
  public var partition: Int32

  /// A partition of a topic.
  public init(topic: String, partition: Int32) {
    self.topic = topic
    self.partition = partition
  }
}
