/// The keys that Kafka Connect gives every connector, with the types, defaults, headings and places that a real worker
/// of 4.3 answers. A connector's own declaration of one of them, put behind these, takes its place.
public enum ConnectorKeys {
  /// Of sources: `common`, then theirs.
  public static let source =
    common + ErrorKeys.source + stages + topicCreation + exactlyOnce + [
      KeyDefinition("producer.override.*", .string, importance: .low, "Properties of the producer, by Java's names.")
    ]

  /// Of sinks: `common`, then theirs.
  public static let sink =
    common + topics + ErrorKeys.sink + [
      KeyDefinition("consumer.override.*", .string, importance: .low, "Properties of the consumer, by Java's names.")
    ]

  /// Of both.
  public static let common: [KeyDefinition] =
    [
      KeyDefinition(
        "name", required: true, importance: .high, "The connector's name.", group: "Common", order: 1,
        displayName: "Connector name", width: .medium),
      KeyDefinition(
        "connector.class", required: true, importance: .high, "The connector's class, or its short name.",
        group: "Common", order: 2, displayName: "Connector class", width: .long),
      version("connector.plugin.version", importance: .medium, order: 3, "Connector version", width: .medium),
      KeyDefinition(
        "tasks.max", .int, default: "1", importance: .high, "How many tasks the connector may have.",
        range: 1...Int64(Int32.max), group: "Common", order: 4, displayName: "Tasks max", width: .short),
      KeyDefinition(
        "tasks.max.enforce", .boolean, default: "true", importance: .low, "Whether more tasks are an error.",
        group: "Common", order: 5, support: .tuning("a connector never makes more tasks than tasks.max"),
        displayName: "Enforce tasks max", width: .short),
    ] + converter("key", "Key", 6) + converter("value", "Value", 8) + converter("header", "Header", 10) + [
      KeyDefinition(
        "config.action.reload", default: "restart", importance: .low, "What happens when a secret's value changes.",
        validValues: ["none", "restart"], recommendsValues: false, group: "Common", order: 14,
        displayName: "Reload Action", width: .medium)
    ]

  private static func version(
    _ name: String, importance: KeyDefinition.Importance, order: Int, _ title: String, width: KeyDefinition.Width
  ) -> KeyDefinition {
    KeyDefinition(
      name, importance: importance, "The version of the class.", group: "Common", order: order,
      support: .tuning("there is one version of each class"), displayName: title, width: width)
  }

  private static func converter(_ part: String, _ title: String, _ order: Int) -> [KeyDefinition] {
    [
      KeyDefinition(
        "\(part).converter", .class, importance: .low, "How \(part)s are written to Kafka and read from it.",
        group: "Common", order: order, displayName: "\(title) converter class", width: .short),
      version(
        "\(part).converter.plugin.version", importance: .low, order: order + 1, "\(title) converter version",
        width: .short),
    ]
  }

  /// Of both: the stages and their conditions.
  public static let stages = [
    KeyDefinition(
      "transforms", .list, default: "", importance: .low, "The names of the stages, in order.", group: "Transforms",
      order: 1, displayName: "Transforms", width: .long),
    KeyDefinition(
      "transforms.*", .string, importance: .low, "A stage's keys: `transforms.<name>.type` and its own.",
      group: "Transforms"),
    KeyDefinition(
      "predicates", .list, default: "", importance: .low, "The names of conditions.", group: "Predicates", order: 1,
      displayName: "Predicates", width: .long),
    KeyDefinition(
      "predicates.*", .string, importance: .low, "A condition's keys: `predicates.<name>.type` and its own.",
      group: "Predicates"),
  ]

  private static let topics = [
    KeyDefinition(
      "topics", .list, default: "", importance: .high, "Topics to read.", group: "Common", order: 4,
      displayName: "Topics", width: .long),
    KeyDefinition(
      "topics.regex", default: "", importance: .high, "A pattern of topics to read.", group: "Common", order: 4,
      displayName: "Topics regex", width: .long, check: patternProblem),
  ]

  private static let topicCreation = [
    KeyDefinition(
      "topic.creation.groups", .list, default: "", importance: .low, "Groups of topics with settings of their own.",
      group: "Topic Creation", order: 1, support: .unsupported, displayName: "Topic Creation Groups", width: .long),
    KeyDefinition(
      "topic.creation.default.replication.factor", .short, importance: .low,
      "Replicas of topics that are made; -1: as the broker says.",
      group: "Topic Creation", order: 2, width: .long),
    KeyDefinition(
      "topic.creation.default.partitions", .int, importance: .low,
      "Partitions of topics that are made; -1: as the broker says.",
      group: "Topic Creation", order: 3, width: .long),
    KeyDefinition(
      "topic.creation.default.*", .string, importance: .low, "Settings of topics that are made.",
      group: "Topic Creation"),
    KeyDefinition(
      "topic.creation.*", .string, importance: .low, "Settings of a group's topics.", group: "Topic Creation",
      support: .unsupported),
  ]

  private static let exactlyOnce = [
    KeyDefinition(
      "exactly.once.support", default: "requested", "Exactly once is always kept here.",
      validValues: ["requested", "required"], recommendsValues: false, group: "Exactly Once Support", order: 2,
      displayName: "Exactly once support", width: .short),
    KeyDefinition(
      "transaction.boundary", default: "poll", "Where Kafka's transactions end.",
      validValues: ["poll", "interval", "connector"], recommendsValues: false, group: "Exactly Once Support", order: 3,
      support: .tuning("transactions follow the load"), displayName: "Transaction Boundary", width: .short),
    KeyDefinition(
      "transaction.boundary.interval.ms", .long, importance: .low, "How long a transaction lasts.",
      group: "Exactly Once Support", order: 4, support: .tuning("transactions follow the load"),
      displayName: "Transaction boundary interval", width: .short),
    KeyDefinition(
      "offsets.storage.topic", importance: .low, "A topic of its own for the connector's offsets.",
      group: "offsets.topic", order: 1, support: .unsupported, displayName: "Offsets topic", width: .long),
  ]

  @Sendable private static func patternProblem(_ text: String) -> String? {
    do throws(PatternProblem) {
      _ = try JavaPattern(text)
      return nil
    } catch { return "Invalid regex: \(error)" }
  }
}
