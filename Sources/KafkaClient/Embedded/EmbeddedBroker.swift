internal import CRDKafka
public import ChangeModel
internal import Flow

/// librdkafka's own mock cluster, in this process, on a loopback port of its own: for trying out, and for tests of
/// errors. It is a double, not a broker:
/// - memory only, and of each partition only the last 5 MiB (as sent) or 100,000 batches; a reader that falls behind
///   jumps to the end without notice;
/// - transactions are not isolated (readers see open and aborted records), nobody is fenced;
/// - no admin requests: topics are made by `createTopic`, unknown ones by the first use, with 4 partitions;
/// - no TLS, no SASL.
public final class EmbeddedBroker: @unchecked Sendable {
  /// Where it listens: `127.0.0.1:port`, one for each broker.
  public let bootstrapServers: String
  /// New with each start, so that offsets of an earlier start can be told from those of this one.
  public let clusterID: String
  private let client: ClientHandle
  let cluster: OpaquePointer

  /// Starts a cluster.
  public init(brokers: Int32 = 1) throws(CDCError) {
    client = try ClientHandle(
      consumer: false, KafkaProperties([("client.id", "embedded")]), ClientCallbacks(), needsServers: false)
    guard let cluster = rd_kafka_mock_cluster_new(client.pointer, brokers),
      let servers = rd_kafka_mock_cluster_bootstraps(cluster)
    else { throw CDCError(.kafkaUnexpected, "the embedded broker can't be started") }
    self.cluster = cluster
    bootstrapServers = String(cString: servers)
    clusterID = "embedded-" + String(UInt64.random(in: .min ... .max), radix: 36)
  }

  deinit { rd_kafka_mock_cluster_destroy(cluster) }

  /// Makes a topic. One that is there already stays as it is.
  public func createTopic(_ name: String, partitions: Int32, replicationFactor: Int32 = 1) throws(CDCError) {
    let code = KafkaErrorCode(rd_kafka_mock_topic_create(cluster, name, max(partitions, 1), max(replicationFactor, 1)))
    guard code == .none || code.rawValue == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS.rawValue else {
      throw code.error("topic \(name) can't be made in the embedded broker")
    }
  }

  /// Makes the next requests of one kind (a Kafka API key) fail with these codes, in turn; for tests.
  public func pushErrors(api: Int16, _ codes: [KafkaErrorCode]) {
    let errors = codes.map { rd_kafka_resp_err_t(rawValue: $0.rawValue) }
    rd_kafka_mock_push_request_errors_array(cluster, api, errors.count, errors)
  }

  /// Takes a broker off the network, or puts it back; for tests.
  public func setBroker(_ id: Int32, isUp: Bool) {
    if isUp { rd_kafka_mock_broker_set_up(cluster, id) } else { rd_kafka_mock_broker_set_down(cluster, id) }
  }

  /// Makes a broker answer slowly; for tests.
  public func setRoundTrip(of id: Int32, _ duration: Duration) {
    rd_kafka_mock_broker_set_rtt(cluster, id, duration.milliseconds)
  }
}
