public import Settings

/// The connector classes that this sink answers to. Each takes its own product's keys and defaults.
public enum ObjectStoreClass: String, Sendable, CaseIterable {
  /// Our short name: Confluent's keys.
  case s3
  /// Confluent's S3 sink.
  case confluent = "io.confluent.connect.s3.S3SinkConnector"
  /// Aiven's S3 sink.
  case aiven = "io.aiven.kafka.connect.s3.AivenKafkaConnectS3SinkConnector"

  /// The keys that the class takes.
  public var definition: ConfigDefinition {
    let own = self == .aiven ? AivenKeys.all : ConfluentKeys.all
    return ConfigDefinition(SinkConnectorKeys.all + own)
  }
}
