/// What a group consumer needs to know.
public struct ConsumerSettings: Sendable {
  /// Where a partition begins for which neither the target nor the group has an offset.
  public enum Start: String, Sendable {
    /// At its first record.
    case earliest
    /// Behind its last record.
    case latest
    /// It is an error.
    case none
  }

  /// How to reach the cluster, and the user's own properties, under librdkafka's names.
  public var properties: KafkaProperties
  /// The consumer group.
  public var group: String
  /// Where a partition without any offset begins.
  public var start: Start

  /// Settings; the start is taken from `auto.offset.reset` among the properties, `earliest` if it is not there.
  public init(properties: KafkaProperties, group: String) {
    self.properties = properties
    self.group = group
    start =
      switch properties["auto.offset.reset"]?.lowercased() {
      case "latest", "end", "largest": .latest
      case "none", "error": .none
      default: .earliest
      }
  }

  /// The consumer's properties. The library itself never resets an offset: where one is gone, that must not pass
  /// silently; partitions without an offset are placed when they are assigned.
  var consumerProperties: KafkaProperties {
    var made = properties
    made["group.id"] = group
    made["isolation.level"] = "read_committed"
    made["enable.auto.commit"] = "false"
    made["enable.auto.offset.store"] = "false"
    made["auto.offset.reset"] = "error"
    made["enable.partition.eof"] = "false"
    let assignor = made["partition.assignment.strategy"]
    if assignor != "range" && assignor != "roundrobin" { made["partition.assignment.strategy"] = "range" }
    made.setDefault("queued.max.messages.kbytes", "16384")
    return made
  }
}
