internal import ChangeModel
internal import JSON

/// A record of a DLQ topic, and what its headers say. It points into its batch and is valid as long as that is.
struct DeadLetter {
  /// The DLQ topic.
  let topic: String
  /// The record, in `batch`.
  let record: Record
  let batch: RecordBatch
  let headers: DeadLetterHeaders
  /// Which one it is.
  let identity: DeadLetterIdentity
  /// The key of its outcome.
  let statusKey: [UInt8]
  let digest: DeadLetterDigest
  /// Whether the headers say where the record came from.
  let hasOrigin: Bool

  /// Reads a record; nil: it is no dead letter. `connector` is whose dead letters the topic holds, for records that don't
  /// say it: then all of the topic's are dead letters, also those without Kafka Connect's headers.
  init?(_ record: Record, in batch: RecordBatch, topic: String, connector: String?) {
    self.topic = topic
    self.record = record
    self.batch = batch
    headers = DeadLetterHeaders(batch.bytes[record.headers])
    let origin = Self.origin(headers)
    guard connector != nil || origin != nil else { return nil }
    hasOrigin = origin != nil
    let name = headers.text(.connector) ?? headers.text(.connectConnector) ?? connector ?? ""
    let attempt = headers.text(.attempts).flatMap { Int($0) } ?? 0
    identity = DeadLetterIdentity(
      connector: name,
      // Without headers it can't be told what it was, so it is known by its own place.
      origin: origin ?? DeadLetterOrigin(topic: topic, partition: record.partition, offset: .integer(record.offset)),
      attempt: attempt)
    statusKey = identity.statusKey
    digest = DeadLetterDigest(statusKey)
  }

  /// The key; nil: null.
  var key: UnsafeRawBufferPointer? { record.key.isPresent ? batch.bytes[record.key] : nil }
  /// The value; nil: a tombstone.
  var value: UnsafeRawBufferPointer? { record.value.isPresent ? batch.bytes[record.value] : nil }
  /// The record's key in its own topic: what order is kept by. Nil: it has none.
  var keyDigest: DeadLetterDigest? { key.map { DeadLetterDigest(topic: identity.origin.topic, key: $0) } }

  /// The stable code.
  var code: String { headers.text(.code) ?? "" }

  /// The class of the failure: as it says, else as its code says.
  var failureClass: String? {
    if let text = headers.text(.class) { return text }
    let code = code
    return ErrorCode.all.first { $0.name == code }?.failureClass.rawValue
  }

  /// The same for failures of one cause: connector, source topic, code, pointer and rule.
  var fingerprint: String {
    if let text = headers.text(.fingerprint) { return text }
    return Fingerprint.of([
      identity.connector, identity.origin.topic, code, headers.text(.pointer) ?? "", headers.text(.rule) ?? "",
    ])
  }

  /// Ours, else Kafka Connect's.
  private static func origin(_ headers: DeadLetterHeaders) -> DeadLetterOrigin? {
    if let own = headers[.origin].flatMap({ DeadLetterOrigin($0) }) { return own }
    guard let name = headers.text(.connectTopic), let offset = headers.text(.connectOffset).flatMap({ Int64($0) }),
      let partition = headers.text(.connectPartition).flatMap({ Int32($0) })
    else { return nil }
    return DeadLetterOrigin(topic: name, partition: partition, offset: .integer(offset))
  }
}
