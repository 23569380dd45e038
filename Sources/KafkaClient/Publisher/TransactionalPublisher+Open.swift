internal import CRDKafka
public import ChangeModel
public import Flow

extension TransactionalPublisher {
  private static let initPatience: Int32 = 1_000

  /// The first half of `open`: connects and fences. A process with several tasks does this for all of them before it
  /// reads any offset, because an open transaction of one hides the offsets of the others.
  public func initialize(stop: StopFlag? = nil) throws(CDCError) {
    discard()
    self.stop = stop
    stopSeenAt = nil
    abortedTransactions = 0
    lastOffset = nil
    let callbacks = ClientCallbacks(status: status)
    let headers = HeaderSets()
    callbacks.delivered = { [reports] in
      reports.take($0)
      headers.reclaim($0)
    }
    let client = try ClientHandle(consumer: false, settings.producerProperties, callbacks)
    try makeOffsetsTopic(client)
    let topic = try TopicHandles.make(settings.offsetsTopic, client)
    session = Session(client: client, producer: RecordProducer(client: client, headers: headers), offsetsTopic: topic)
    do throws(CDCError) { try initTransactions(client) } catch {
      discard()
      throw error
    }
    status.succeeded()
    machine.opened()
  }

  /// The second half of `open`: the stored offset's JSON; nil: there is none. It is read after the predecessor was
  /// fenced, because until then that one may still commit.
  public func storedOffset() throws(CDCError) -> String? {
    guard session != nil else { throw CDCError(.kafkaUnexpected, "the publisher of \(settings.connector) is not open") }
    let reader = StoredOffsetReader(
      properties: settings.properties, topic: settings.offsetsTopic, connector: settings.connector,
      partition: settings.sourcePartition)
    do throws(CDCError) {
      let stored = try reader.read(patience: settings.openPatience, stop: stop)
      lastOffset = stored.map { OffsetRecord(key: $0.key, value: $0.value) }
      return stored.map { String(decoding: $0.value, as: UTF8.self) }
    } catch {
      discard()
      throw error
    }
  }

  private func makeOffsetsTopic(_ client: ClientHandle) throws(CDCError) {
    let admin = AdminClient(sharing: client, embedded: settings.embedded, stop: stop)
    let topic = NewTopic(
      name: settings.offsetsTopic, partitions: settings.offsetsPartitions,
      replicationFactor: settings.offsetsReplication, configuration: [("cleanup.policy", "compact")])
    try admin.createTopics([topic], patience: settings.openPatience)
  }

  private func initTransactions(_ client: ClientHandle) throws(CDCError) {
    let deadline = SystemTime.monotonicNanoseconds + settings.openPatience.nanoseconds
    while true {
      let error = rd_kafka_init_transactions(client.pointer, stop?.isRaised ?? false ? 100 : Self.initPatience)
      guard let failure = CallFailure(taking: error)?.resolvingFatal(of: client.pointer) else { return }
      client.serveErrors()
      let cause = client.status.error(
        failure.code, "transactional id \(settings.transactionalID) can't be initialised", detail: failure.text)
      let isLate = SystemTime.monotonicNanoseconds >= deadline || stop?.isRaised ?? false
      guard failure.kind == .retriable, !isLate, cause.code.failureClass != .fatal else { throw cause }
    }
  }
}
