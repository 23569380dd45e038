internal import ChangeModel

/// The records of one transaction: those that are replayed, and the outcomes of their dead letters.
struct ReplayBatch {
  /// Records of one transaction: enough to pay for its commit, few enough to be told how far it is.
  static let limit = 2_000
  private static let bytes = 4 << 20

  private let batch: RecordBatch
  private var copier: RecordCopier
  /// The dead letters in it.
  private(set) var digests: [DeadLetterDigest] = []

  init() {
    batch = RecordBatch(capacity: 1 << 16)
    copier = RecordCopier(batch)
  }

  /// Whether it should be committed before more is added.
  var isFull: Bool { digests.count >= Self.limit || batch.weight >= Self.bytes }
  var isEmpty: Bool { digests.isEmpty }
  /// What is handed to the publisher.
  var records: RecordBatch { batch }

  /// Forgets the content.
  mutating func reset() {
    batch.reset()
    digests.removeAll(keepingCapacity: true)
  }

  /// Adds a dead letter's record as it was, with `value` in its value's place if it was changed, for its next attempt.
  mutating func addRecord(
    _ letter: DeadLetter, to target: ReplayTargets.Target, value changed: [UInt8]?
  ) {
    var record = Record(topic: copier.number(of: target.topic))
    record.partition = target.partition
    record.timestamp = letter.record.timestamp
    record.key = copier.copy(letter.record.key, of: letter.batch)
    record.value = changed?.withUnsafeBytes { copier.copy($0) } ?? copier.copy(letter.record.value, of: letter.batch)
    let start = batch.bytes.count
    copier.copyHeaders(letter.record.headers, of: letter.batch) { !DeadLetterHeaders.isAdded($0) }
    copier.addHeader(SideHeaders.origin, letter.identity.origin.header)
    copier.addHeader(SideHeaders.attempt, Array(String(letter.identity.attempt + 1).utf8))
    record.headers = ByteRange(offset: start, count: batch.bytes.count - start)
    batch.records.append(record)
  }

  /// Adds a dead letter's outcome.
  mutating func addOutcome(of letter: DeadLetter, in topic: String, _ value: [UInt8]) {
    var record = Record(topic: copier.number(of: topic))
    record.key = letter.statusKey.withUnsafeBytes { copier.copy($0) }
    record.value = value.withUnsafeBytes { copier.copy($0) }
    batch.records.append(record)
    digests.append(letter.digest)
  }
}
