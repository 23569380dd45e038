public import ChangeModel

/// The names of a source's topics, as Debezium's `SchemaTopicNamingStrategy` gives them.
public struct TopicNames: Sendable {
  /// `topic.prefix`.
  public var prefix: String

  /// Names under a prefix.
  public init(prefix: String) { self.prefix = prefix }

  /// A table's topic.
  public func topic(of table: TableName) -> String { Self.sanitised("\(prefix).\(table.qualified)") }
  /// The topic of logical messages.
  public var message: String { Self.sanitised("\(prefix).message") }
  /// The topic of transactions' borders.
  public var transaction: String { Self.sanitised("\(prefix).transaction") }
  /// The topic of heartbeats.
  public var heartbeat: String { Self.sanitised("__debezium-heartbeat.\(prefix)") }

  /// Each UTF-16 unit that Kafka does not allow in a topic's name becomes an underscore.
  static func sanitised(_ name: String) -> String {
    var out = ""
    for unit in name.utf16 {
      switch unit {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F:
        if let scalar = Unicode.Scalar(unit) { out.unicodeScalars.append(scalar) }
      default: out.append("_")
      }
    }
    return out
  }
}
