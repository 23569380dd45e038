internal import Settings

/// Keys that Kafka Connect gives every sink.
enum SinkKeys {
  static let all: [KeyDefinition] = [
    KeyDefinition("name", .string, importance: .high, "The connector's name.", group: "Common"),
    KeyDefinition(
      "connector.class", .class, required: true, importance: .high, "The connector's class.", group: "Common"),
    KeyDefinition(
      "tasks.max", .int, default: "1", importance: .high, "Tasks at most.", range: 1...1000, group: "Common"),
    KeyDefinition("topics", .list, default: "", importance: .high, "Topics to read.", group: "Common"),
    KeyDefinition(
      "topics.regex", .string, default: "", importance: .high, "Pattern of topics to read.", group: "Common"),
    KeyDefinition("key.converter", .class, importance: .low, "How keys are written.", group: "Common"),
    KeyDefinition("key.converter.*", .string, "The converter's keys.", group: "Common"),
    KeyDefinition("value.converter", .class, importance: .low, "How values are written.", group: "Common"),
    KeyDefinition("value.converter.*", .string, "The converter's keys.", group: "Common"),
    KeyDefinition(
      "header.converter", .class, importance: .low, "How headers are written.",
      validValues: [
        "org.apache.kafka.connect.storage.SimpleHeaderConverter",
        "org.apache.kafka.connect.json.JsonConverter", "org.apache.kafka.connect.storage.StringConverter",
      ], group: "Common"),
    KeyDefinition("header.converter.*", .string, "The converter's keys.", group: "Common"),
    KeyDefinition(
      "config.action.reload", .string, default: "restart", importance: .low, "What a changed secret does.",
      validValues: ["none", "restart"], group: "Common"),
    KeyDefinition("consumer.override.*", .string, "The consumer's keys.", group: "Common"),
    KeyDefinition(
      "errors.tolerance", .string, default: "none", "Whether bad records are passed over.", validValues: ["none"],
      unsupportedValues: ["all"], group: "Errors"),
    KeyDefinition("errors.retry.timeout", .long, default: "0", "How long a record is tried.", group: "Errors"),
    KeyDefinition(
      "errors.retry.delay.max.ms", .long, default: "60000", "The longest time between tries.", group: "Errors"),
    KeyDefinition("errors.max.retries", .int, "Tries while the target can't be reached.", group: "Errors"),
    KeyDefinition(
      "errors.log.enable", .boolean, default: "false", "Whether bad records are logged.", group: "Errors",
      support: .tuning("errors are always logged")),
    KeyDefinition(
      "errors.log.include.messages", .boolean, default: "false", "Whether their content is.", group: "Errors",
      support: .tuning("records' contents are never logged")),
    KeyDefinition("errors.retry.tiers", .list, default: "", "Retry topics.", group: "Errors", support: .unsupported),
    KeyDefinition(
      "errors.retry.key.order", .boolean, default: "true", "Later records of a key wait.", group: "Errors",
      support: .unsupported),
    KeyDefinition(
      "errors.deadletterqueue.topic.name", .string, default: "", "Topic of dead letters.", group: "Errors",
      support: .unsupported),
    KeyDefinition(
      "errors.deadletterqueue.topic.replication.factor", .short, default: "3", "Its replicas.", group: "Errors",
      support: .unsupported),
    KeyDefinition(
      "errors.deadletterqueue.context.headers.enable", .boolean, default: "true", "Its headers.", group: "Errors",
      support: .unsupported),
  ]
}
