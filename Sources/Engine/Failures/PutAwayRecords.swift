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
  private let batch = RecordBatch(capacity: 1 << 12)
  private var topics: [String: Int32] = [:]

  init(connector: String, task: Int, policy: FailurePolicy) {
    self.connector = connector
    self.task = task
    self.policy = policy
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
    for (name, value) in reason.headers(rejection, of: place, attempt: origin.attempt) { append(name, value) }
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
    append(SideHeaders.origin, origin.header)
    append(SideHeaders.attempt, Array(String(origin.attempt).utf8))
    let due = SystemTime.wallNanoseconds / 1_000_000 + tier.milliseconds
    append(SideHeaders.due, Array(String(due).utf8))
    if let error { append(SideHeaders.code, Array(error.code.name.utf8)) }
    made.headers = ByteRange(offset: start, count: batch.bytes.count - start)
    batch.records.append(made)
  }

  private mutating func copy(_ record: Record, _ source: RecordBatch, to topic: String) -> Record {
    var made = Record(topic: number(of: topic))
    made.timestamp = record.timestamp
    if record.key.isPresent { made.key = append(source.bytes[record.key]) }
    if record.value.isPresent { made.value = append(source.bytes[record.value]) }
    return made
  }

  /// The record's own headers, without those of an earlier way through a side topic.
  private func appendOwnHeaders(_ record: Record, _ source: RecordBatch) {
    if record.headers.isPresent {
      HeaderList.forEach(in: source.bytes[record.headers]) { name, value in
        guard !SideHeaders.isAdded(name) else { return }
        batch.bytes.appendBigEndian(Int32(name.count))
        batch.bytes.append(name)
        guard let value else { return batch.bytes.appendBigEndian(Int32(-1)) }
        batch.bytes.appendBigEndian(Int32(value.count))
        batch.bytes.append(value)
      }
    }
    guard record.headerSet >= 0 else { return }
    for header in source.headerSets[Int(record.headerSet)] {
      guard let value = header.value else {
        HeaderList.append(name: header.name, value: nil, to: &batch.bytes)
        continue
      }
      append(header.name, value)
    }
  }

  private func append(_ name: String, _ value: [UInt8]) {
    value.withUnsafeBytes { HeaderList.append(name: name, value: $0, to: &batch.bytes) }
  }

  private func append(_ bytes: UnsafeRawBufferPointer) -> ByteRange {
    let start = batch.bytes.count
    batch.bytes.append(bytes)
    return ByteRange(offset: start, count: bytes.count)
  }

  private mutating func number(of topic: String) -> Int32 {
    if let known = topics[topic] { return known }
    let number = Int32(batch.topics.count)
    batch.topics.append(topic)
    topics[topic] = number
    return number
  }
}
