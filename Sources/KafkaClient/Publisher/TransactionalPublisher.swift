internal import CRDKafka
public import ChangeModel
public import Flow

/// Publishes a source task's records and its offset in one Kafka transaction, exactly once.
///
/// It belongs to one thread. After any error it is closed: `open` makes a new producer, fences whatever the old one left
/// behind and says where the source goes on; what the source has in memory is not the truth then.
public final class TransactionalPublisher {
  /// What the client last said about its connections; any thread may read it.
  public let status = ClientStatus()
  /// The record because of which the last transaction failed, if it was a record.
  public internal(set) var lastRecordFailure: RecordFailure?
  /// Transactions aborted and sent again since the last `open`.
  public internal(set) var abortedTransactions = 0

  let settings: PublisherSettings
  let reports = DeliveryReports()
  var machine: TransactionStateMachine
  var session: Session?
  var batches: [RecordBatch] = []
  var stop: StopFlag?
  /// When the queue was first found full after the stop, in nanoseconds.
  var stopSeenAt: Int64?
  /// The offset as it is stored: what the first record of a transaction repeats.
  var lastOffset: OffsetRecord?

  /// A connected producer.
  struct Session {
    let client: ClientHandle
    let producer: RecordProducer
    let offsetsTopic: OpaquePointer
  }

  /// An offset in the form of its record.
  struct OffsetRecord {
    var key: [UInt8]
    var value: [UInt8]
  }

  /// A publisher that is not open yet.
  public init(_ settings: PublisherSettings) {
    self.settings = settings
    machine = TransactionStateMachine(transactionTimeout: settings.transactionTimeout)
    reports.keepsEnds = settings.embedded != nil
  }

  /// With an embedded broker: the offset behind the last record of each partition that the last transaction wrote to.
  public var deliveredEnds: [TopicPartition: Int64] { reports.ends }

  deinit { if let session { rd_kafka_topic_destroy(session.offsetsTopic) } }

  /// Connects, fences every other producer with this transactional id, ends its transaction, and returns the stored
  /// offset's JSON; nil: there is none. `stop` cuts all waiting short, here and later.
  public func open(stop: StopFlag? = nil) throws(CDCError) -> String? {
    try initialize(stop: stop)
    return try storedOffset()
  }

  /// Puts a batch's records into the open transaction; opens one if none is. The batch belongs to the publisher until
  /// `commit` gives it back.
  public func add(_ batch: RecordBatch) throws(CDCError) {
    batches.append(batch)
    try run(machine.recordsWait(), sending: batches.count - 1, offset: nil, commits: false)
  }

  /// Commits the transaction together with `offset`, or `offset` alone if no records were added. Returns the proof that
  /// it is durable, and the batches in the transaction, to be used again.
  public func commit(_ offset: SourceOffset) throws(CDCError) -> (position: DurablePosition, batches: [RecordBatch]) {
    let record = OffsetRecord(
      key: OffsetKey.make(connector: settings.connector, partition: offset.partition), value: Array(offset.value.utf8))
    try run(machine.recordsWait(), sending: batches.count, offset: record, commits: true)
    lastOffset = record
    let done = batches
    batches = []
    return (DurablePosition(committed: offset), done)
  }

  /// Commits the added records alone, for a publisher that keeps what it has done in records of its own. Returns the
  /// batches, to be used again.
  public func commitRecords() throws(CDCError) -> [RecordBatch] {
    guard !batches.isEmpty else { return [] }
    try run(machine.recordsWait(), sending: batches.count, offset: nil, commits: true)
    let done = batches
    batches = []
    return done
  }

  /// Ends what is open without committing it and gives the client back, within seconds whatever the state.
  public func close() {
    if session != nil, machine.state == .open {
      // Readers of the topics would wait for the transaction until the broker ends it.
      var action = machine.abandoned(at: SystemTime.monotonicNanoseconds)
      while action == .abort { action = callAbort(deadline: 2_000_000_000) }
    }
    discard()
  }

  /// Gives the client up as it is.
  func discard() {
    machine.closed()
    batches = []
    guard let session else { return }
    self.session = nil
    rd_kafka_topic_destroy(session.offsetsTopic)
    session.producer.release()
    session.client.destroy(patience: .seconds(3))
  }
}
