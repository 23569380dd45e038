internal import ChangeModel

/// The records of one transaction: those that are replayed, and the outcomes of their dead letters.
struct ReplayBatch {
  /// Records of one transaction: enough to pay for its commit, few enough to be told how far it is.
  static let limit = 2_000
  private static let bytes = 4 << 20

  private let batch: RecordBatch
  /// The dead letters in it.
  private(set) var digests: [DeadLetterDigest] = []
  private var topics: [String: Int32] = [:]

  init() { batch = RecordBatch(capacity: 1 << 16) }

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
    var record = Record(topic: number(of: target.topic))
    record.partition = target.partition
    record.timestamp = letter.record.timestamp
    if let key = letter.key { record.key = append(key) }
    if let changed {
      record.value = changed.withUnsafeBytes { append($0) }
    } else if let value = letter.value {
      record.value = append(value)
    }
    record.headers = appendHeaders(of: letter)
    batch.records.append(record)
  }

  /// Adds a dead letter's outcome.
  mutating func addOutcome(of letter: DeadLetter, in topic: String, _ value: [UInt8]) {
    var record = Record(topic: number(of: topic))
    record.key = letter.statusKey.withUnsafeBytes { append($0) }
    record.value = value.withUnsafeBytes { append($0) }
    batch.records.append(record)
    digests.append(letter.digest)
  }

  /// The record's own headers, and which one it is.
  private func appendHeaders(of letter: DeadLetter) -> ByteRange {
    let start = batch.bytes.count
    HeaderList.forEach(in: letter.batch.bytes[letter.record.headers]) { name, value in
      guard !DeadLetterHeaders.isAdded(name) else { return }
      batch.bytes.appendBigEndian(Int32(name.count))
      batch.bytes.append(name)
      guard let value else { return batch.bytes.appendBigEndian(Int32(-1)) }
      batch.bytes.appendBigEndian(Int32(value.count))
      batch.bytes.append(value)
    }
    append("cdc.replay.origin", letter.identity.origin.header)
    append("cdc.replay.attempt", Array(String(letter.identity.attempt + 1).utf8))
    return ByteRange(offset: start, count: batch.bytes.count - start)
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
