internal import CRDKafka

/// The librdkafka that runs; a newer one than that of the build may be put in its place.
public enum KafkaLibrary {
  /// Its version, for instance `2.0.2`.
  public static var version: String { String(cString: rd_kafka_version_str()) }

  /// Its version as a number, for instance 0x020002ff.
  public static var versionNumber: Int32 { rd_kafka_version() }

  /// Whether SCRAM works with Kafka 4: versions before 2.6.1 send the nonce twice, which it refuses like a wrong
  /// password.
  public static var hasWorkingScram: Bool { versionNumber >= 0x0206_01ff }
}
