internal import ChangeModel
internal import Flow
internal import JSON
internal import Settings

/// Builds the records that failed records become: dead letters and records of retry topics.
struct PutAwayRecords {
  /// Whose they are.
  let connector: String
  let task: Int
  let policy: FailurePolicy
  private let batch: RecordBatch
  private var copier: RecordCopier

  init(connector: String, task: Int, policy: FailurePolicy) {
    self.connector = connector
    self.task = task
    self.policy = policy
    batch = RecordBatch(capacity: 1 << 12)
    copier = RecordCopier(batch)
  }

  /// A connector's topic of a tier.
  static func topic(of tier: RetryTier, _ connector: String) -> String { "\(connector).retry.\(tier.name)" }

  /// What is to be produced.
  var records: RecordBatch { batch }
  var isEmpty: Bool { batch.records.isEmpty }
  /// The topics that it goes to.
  var topicNames: [String] { batch.topics }

  mutating func reset() { batch.reset() }

  /// Adds a record's dead letter: the record as it was, and why it is here.
  mutating func addDeadLetter(
    _ record: Record, in source: RecordBatch, _ origin: RecordOrigin, _ rejection: Rejection, to topic: String
  ) {
    var made = copy(record, source, to: topic)
    made.partition = -1
    let start = batch.bytes.count
    appendOwnHeaders(record, source)
    let place = DeadLetterOrigin(
      topic: origin.partition.topic, partition: origin.partition.partition, offset: .integer(origin.offset))
    let reason = DeadLetterReason(connector: connector, task: task, describes: policy.describes)
    for (name, value) in reason.headers(rejection, of: place, attempt: origin.attempt) { copier.addHeader(name, value) }
    made.headers = ByteRange(offset: start, count: batch.bytes.count - start)
    batch.records.append(made)
  }

  /// Adds a record to a tier's topic. `error` nil: it waits behind another of its key.
  mutating func addRetry(
    _ record: Record, in source: RecordBatch, _ origin: RecordOrigin, _ error: CDCError?, tier: RetryTier
  ) {
    var made = copy(record, source, to: Self.topic(of: tier, connector))
    // One partition holds them all, in order: they are the exception.
    made.partition = 0
    let start = batch.bytes.count
    appendOwnHeaders(record, source)
    copier.addHeader(SideHeaders.origin, origin.header)
    copier.addHeader(SideHeaders.attempt, Array(String(origin.attempt).utf8))
    let due = SystemTime.wallNanoseconds / 1_000_000 + tier.milliseconds
    copier.addHeader(SideHeaders.due, Array(String(due).utf8))
    if let error { copier.addHeader(SideHeaders.code, Array(error.code.name.utf8)) }
    made.headers = ByteRange(offset: start, count: batch.bytes.count - start)
    batch.records.append(made)
  }

  private mutating func copy(_ record: Record, _ source: RecordBatch, to topic: String) -> Record {
    var made = Record(topic: copier.number(of: topic))
    made.timestamp = record.timestamp
    made.key = copier.copy(record.key, of: source)
    made.value = copier.copy(record.value, of: source)
    return made
  }

  /// The record's own headers, without those of an earlier way through a side topic.
  private func appendOwnHeaders(_ record: Record, _ source: RecordBatch) {
    copier.copyHeaders(record.headers, of: source) { !SideHeaders.isAdded($0) }
    guard record.headerSet >= 0 else { return }
    for header in source.headerSets[Int(record.headerSet)] { copier.addHeader(header.name, header.value) }
  }
}
