internal import CRDKafka
internal import ChangeModel

/// Makes librdkafka's configuration objects from properties.
enum ClientConfiguration {
  /// A configuration with `properties`; the caller owns it. Throws `kafkaConfiguration` for the first that is refused.
  static func make(_ properties: KafkaProperties) throws(CDCError) -> OpaquePointer {
    guard let configuration = rd_kafka_conf_new() else {
      throw CDCError(.kafkaUnexpected, "no memory for a Kafka client's configuration")
    }
    for (name, value) in properties.pairs {
      var reason = [CChar](repeating: 0, count: 512)
      let result = rd_kafka_conf_set(configuration, name, value, &reason, reason.count)
      guard result != RD_KAFKA_CONF_OK else { continue }
      rd_kafka_conf_destroy(configuration)
      // The library's text repeats the value.
      let detail = KafkaProperties.isSecret(name) ? nil : textOf(reason)
      let what =
        result == RD_KAFKA_CONF_UNKNOWN
        ? "there is no Kafka client property \(name)"
        : "the Kafka client property \(name) has a value that is not allowed"
      throw CDCError(.kafkaConfiguration, what, cause: detail)
    }
    return configuration
  }

  /// Whether the library that runs knows a property, which it tells only when the property is set.
  static func isKnown(_ name: String, _ value: String = "") -> Bool {
    guard let configuration = rd_kafka_conf_new() else { return false }
    defer { rd_kafka_conf_destroy(configuration) }
    return rd_kafka_conf_set(configuration, name, value, nil, 0) != RD_KAFKA_CONF_UNKNOWN
  }
}
