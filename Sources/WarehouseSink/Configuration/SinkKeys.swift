internal import Settings

/// Keys that Kafka Connect gives every sink.
enum SinkKeys {
  static let all: [KeyDefinition] =
    [
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
    ] + ErrorKeys.sink
}
