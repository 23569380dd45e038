internal import CRDKafka
internal import ChangeModel
internal import Flow

/// One librdkafka client. Its destroy may hang, so it always runs on a thread of its own, with a deadline for those who
/// wait for it.
final class ClientHandle: @unchecked Sendable {
  let pointer: OpaquePointer
  let callbacks: ClientCallbacks
  private let isConsumer: Bool
  private let lock = Lock()
  private var destroyer: WorkerThread?

  var status: ClientStatus { callbacks.status }

  /// Makes a client. Throws `kafkaConfiguration` when the properties don't fit together.
  init(consumer: Bool, _ properties: KafkaProperties, _ callbacks: ClientCallbacks, needsServers: Bool = true)
    throws(CDCError)
  {
    // Without it the library would wait for ever for a broker to be named.
    if needsServers && (properties["bootstrap.servers"] ?? properties["metadata.broker.list"] ?? "").isEmpty {
      throw CDCError(.kafkaConfiguration, "the Kafka client property bootstrap.servers is missing")
    }
    var properties = properties
    properties.setDefault("client.id", "martinet")
    properties.setDefault("reconnect.backoff.max.ms", "500")
    properties.setDefault("log.connection.close", "false")
    let configuration = try ClientConfiguration.make(properties)
    callbacks.install(in: configuration)
    var reason = [CChar](repeating: 0, count: 512)
    let type = consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER
    guard let made = rd_kafka_new(type, configuration, &reason, reason.count) else {
      rd_kafka_conf_destroy(configuration)
      throw CDCError(.kafkaConfiguration, "the Kafka client can't be set up", cause: textOf(reason))
    }
    if consumer { rd_kafka_poll_set_consumer(made) }
    pointer = made
    isConsumer = consumer
    self.callbacks = callbacks
  }

  deinit { startDestroying() }

  /// Gives the client back; no call may use it any more. False: that still goes on behind the scenes after `patience`.
  @discardableResult func destroy(patience: Duration = .seconds(5)) -> Bool {
    startDestroying().join(patience: patience)
  }

  /// Lets the library tell its errors to the status, which it does only when asked. Not for a consumer that reads: it
  /// would lose a record.
  func serveErrors() {
    if isConsumer {
      if let message = rd_kafka_consumer_poll(pointer, 0) { rd_kafka_message_destroy(message) }
    } else {
      rd_kafka_poll(pointer, 0)
    }
  }

  @discardableResult private func startDestroying() -> WorkerThread {
    lock.withLock {
      if let destroyer { return destroyer }
      let doomed = Doomed(pointer: pointer, callbacks: callbacks, isConsumer: isConsumer)
      let thread = WorkerThread.start("kafka-destroy", stackBytes: 256 << 10) { doomed.destroy() }
      destroyer = thread
      return thread
    }
  }
}

/// A client on its way out, with what its callbacks need until then.
private struct Doomed: @unchecked Sendable {
  let pointer: OpaquePointer
  let callbacks: ClientCallbacks
  let isConsumer: Bool

  func destroy() {
    // A consumer that must leave its group was closed before, on the thread that polls.
    rd_kafka_destroy_flags(pointer, isConsumer ? RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE : 0)
    withExtendedLifetime(callbacks) {}
  }
}
