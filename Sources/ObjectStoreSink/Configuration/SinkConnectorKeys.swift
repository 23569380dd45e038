internal import EventEncoding
internal import Pipeline
internal import Settings

/// Keys that Kafka Connect gives every sink.
enum SinkConnectorKeys {
  static let all: [KeyDefinition] =
    connector + converters + StageKeys.connectorKeys + ErrorKeys.sink + [
      KeyDefinition("consumer.override.*", .string, "Properties of the consumer, by Java's names.")
    ]

  private static let connector: [KeyDefinition] =
    ConnectorKeys.sink.filter {
      !$0.name.hasPrefix("errors.") && !$0.name.hasPrefix("consumer.") && !$0.name.hasPrefix("transforms")
        && !$0.name.hasPrefix("predicates") && !$0.name.contains(".converter") && !$0.name.hasSuffix(".converter")
    }

  private static let converters: [KeyDefinition] =
    ConverterKeys.definitions("key.converter") + ConverterKeys.definitions("value.converter") + [
      ConverterKeys.header,
      KeyDefinition("header.converter.*", .string, "The converter's keys.", group: "Converters"),
    ]
}
