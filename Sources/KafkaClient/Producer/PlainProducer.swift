internal import CRDKafka
public import ChangeModel
internal import Flow

/// Produces single records and waits until all replicas have them: for configurations and states. It belongs to one
/// thread.
public final class PlainProducer {
  /// A record to be produced.
  public struct Message: Sendable {
    /// The topic.
    public var topic: String
    /// The partition; -1: chosen by the key, as Java's client does.
    public var partition: Int32 = -1
    /// The key.
    public var key: [UInt8]
    /// The value; nil: a tombstone.
    public var value: [UInt8]?

    /// A record whose partition its key chooses.
    public init(topic: String, key: [UInt8], value: [UInt8]?) {
      self.topic = topic
      self.key = key
      self.value = value
    }
  }

  /// What the client last said about its connections; any thread may read it.
  public let status = ClientStatus()

  /// The record because of which the last call of `produce` threw, if it was a record.
  public private(set) var lastRefused: RecordFailure?

  private let reports = DeliveryReports()
  private var client: ClientHandle
  private var producer: RecordProducer
  private let properties: KafkaProperties

  /// A producer; it connects by itself.
  public init(_ properties: KafkaProperties) throws(CDCError) {
    var made = properties
    made["partitioner"] = "murmur2_random"
    made["enable.idempotence"] = "true"
    made["acks"] = "all"
    made.setDefault("linger.ms", "0")
    self.properties = made
    client = try Self.connect(made, status, reports)
    producer = RecordProducer(client: client, headers: HeaderSets())
  }

  /// Produces records in order and returns when all are durable. Throws after `patience` at the latest; then some may be
  /// in their topics, now or later.
  public func produce(_ messages: [Message], patience: Duration = .seconds(30)) throws(CDCError) {
    let batch = RecordBatch(capacity: 1024)
    for message in messages { Self.append(message, to: batch) }
    try produce(batch, patience: patience)
  }

  /// Produces a batch's records in order and returns when all are durable; see above. `lastRefused` tells the record
  /// because of which it throws, if it was a record.
  public func produce(_ batch: RecordBatch, patience: Duration = .seconds(30)) throws(CDCError) {
    lastRefused = nil
    if rd_kafka_fatal_error(client.pointer, nil, 0) != RD_KAFKA_RESP_ERR_NO_ERROR { try reconnect() }
    reports.reset()
    producer.accepted = 0
    let deadline = SystemTime.monotonicNanoseconds + patience.nanoseconds
    if let refusal = try producer.produce(batch, number: 0, mayWait: { SystemTime.monotonicNanoseconds < deadline }) {
      lastRefused = refusal.record
      drop()
      throw status.error(
        refusal.failure.code, "a record for topic \(refusal.record.topic) is refused", detail: refusal.failure.text)
    }
    while reports.delivered + reports.failures.count < batch.records.count, reports.failures.isEmpty {
      rd_kafka_poll(client.pointer, 50)
      guard SystemTime.monotonicNanoseconds < deadline else { throw late(batch.topics.first ?? "") }
    }
    if let failure = reports.telling {
      lastRefused = failure
      drop()
      throw status.error(failure.code, "a record for topic \(failure.topic) can't be stored")
    }
    status.succeeded()
  }

  /// Produces one record and returns when it is durable.
  public func produce(topic: String, key: [UInt8], value: [UInt8]?, patience: Duration = .seconds(30)) throws(CDCError)
  { try produce([Message(topic: topic, key: key, value: value)], patience: patience) }

  /// Gives the client back; what is not delivered yet is lost.
  public func close() {
    producer.release()
    client.destroy(patience: .seconds(3))
  }

  private func late(_ topic: String) -> CDCError {
    drop()
    let error = status.error(.timedOut, "a record for topic \(topic) has no receipt in time")
    try? reconnect()
    return error
  }

  /// Forgets what is under way: its reports must not be taken for those of later records.
  private func drop() {
    rd_kafka_purge(client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
    rd_kafka_flush(client.pointer, 100)
  }

  private func reconnect() throws(CDCError) {
    let made = try Self.connect(properties, status, reports)
    producer.release()
    producer = RecordProducer(client: made, headers: HeaderSets())
    client.destroy(patience: .milliseconds(10))
    client = made
  }

  private static func connect(_ properties: KafkaProperties, _ status: ClientStatus, _ reports: DeliveryReports)
    throws(CDCError) -> ClientHandle
  {
    let callbacks = ClientCallbacks(status: status)
    callbacks.delivered = { reports.take($0) }
    return try ClientHandle(consumer: false, properties, callbacks)
  }

  private static func append(_ message: Message, to batch: RecordBatch) {
    let topic = batch.topics.firstIndex(of: message.topic) ?? batch.topics.count
    if topic == batch.topics.count { batch.topics.append(message.topic) }
    var record = Record(topic: Int32(topic))
    record.partition = message.partition
    record.key = ByteRange(offset: batch.bytes.count, count: message.key.count)
    batch.bytes.append(message.key)
    if let value = message.value {
      record.value = ByteRange(offset: batch.bytes.count, count: value.count)
      batch.bytes.append(value)
    }
    batch.records.append(record)
  }
}
