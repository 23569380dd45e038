/// The keys that say what becomes of a sink's failed records: Kafka Connect's, and our retry tiers.
public enum ErrorKeys {
  private static let group = "Error Handling"

  /// The declarations.
  public static let sink: [KeyDefinition] = [
    KeyDefinition(
      "errors.retry.timeout", .long, default: "0",
      "How long a record that may pass later is tried again in place, in milliseconds; -1: without end.",
      range: -1...Int64.max, group: group, order: 1, displayName: "Retry Timeout for Errors", width: .medium),
    KeyDefinition(
      "errors.retry.delay.max.ms", .long, default: "60000", "The longest wait between two tries, in milliseconds.",
      range: 1...Int64.max, group: group, order: 2, displayName: "Maximum Delay Between Retries for Errors",
      width: .medium),
    KeyDefinition(
      "errors.tolerance", default: "none",
      "`none`: a record that can't be written stops the task; `all`: it goes to the dead letter topic.",
      validValues: ["none", "all"], group: group, order: 3, displayName: "Error Tolerance", width: .short),
    KeyDefinition(
      "errors.log.enable", .boolean, default: "false", "Whether records that are put away are logged.", group: group,
      order: 4, displayName: "Log Errors", width: .short),
    KeyDefinition(
      "errors.log.include.messages", .boolean, default: "false",
      "Whether the log also tells the record's topic, partition, offset and timestamp; never its content.",
      group: group,
      order: 5, displayName: "Log Error Details", width: .short),
    KeyDefinition(
      "errors.deadletterqueue.topic.name", default: "", "Topic of dead letters; empty: none.", group: group, order: 6,
      displayName: "Dead Letter Queue Topic Name", width: .medium),
    KeyDefinition(
      "errors.deadletterqueue.topic.replication.factor", .short, default: "3",
      "Replicas of that topic where it has to be made.", group: group, order: 7,
      displayName: "Dead Letter Queue Topic Replication Factor", width: .medium),
    KeyDefinition(
      "errors.deadletterqueue.context.headers.enable", .boolean, default: "true",
      "Whether dead letters tell in headers what happened.", group: group, order: 8,
      displayName: "Enable Error Context Headers", width: .medium),
    KeyDefinition(
      "errors.max.retries", .int, "Tries while the target can't be reached; not set: without limit.", group: group,
      order: 9),
    KeyDefinition(
      "errors.retry.tiers", .list, default: "",
      "Waits behind which a record that may pass later is tried again, without holding up others: `5s,1m,10m`.",
      group: group, order: 10, check: tiersProblem),
    KeyDefinition(
      "errors.retry.key.order", .boolean, default: "true", "Whether later records of a waiting record's key wait, too.",
      group: group, order: 11),
  ]

  /// Those of a source: what its stages or converters refuse is passed over or parked, and it waits for its registry and its
  /// database by itself.
  public static let source: [KeyDefinition] = sink.compactMap { key in
    switch key.name {
    case "errors.retry.tiers", "errors.retry.key.order", "errors.max.retries": return nil
    case "errors.retry.timeout", "errors.retry.delay.max.ms":
      var tuned = key
      tuned.support = .tuning(
        "waits follow retriable.restart.connector.wait.ms, without limit unless errors.max.retries is set")
      return tuned
    default: return key
    }
  }

  /// What is wrong with the keys together.
  public static func problems(_ config: ParsedConfig) -> [ConfigProblem] {
    let topic = config.string("errors.deadletterqueue.topic.name")
    guard !topic.isEmpty else { return [] }
    let isRead =
      config.list("topics").contains(topic)
      || (config.optional("topics.regex").flatMap { try? JavaPattern($0).matches(topic) } ?? false)
    guard isRead else { return [] }
    return [
      .invalid(
        topic, key: "errors.deadletterqueue.topic.name",
        "the dead letter topic can't be among the topics that the connector reads")
    ]
  }

  private static let tiersProblem: @Sendable (String) -> String? = { text in
    var seen: Set<Int64> = []
    for item in KeyKind.items(of: text) {
      guard let tier = RetryTier(item) else { return "\"\(item)\" is no wait like 500ms, 5s, 10m, 2h or 1d" }
      guard seen.insert(tier.milliseconds).inserted else { return "the wait \"\(item)\" is there twice" }
    }
    return nil
  }
}
