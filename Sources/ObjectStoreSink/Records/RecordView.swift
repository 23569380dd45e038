internal import ChangeModel

/// One record on its way into an object.
struct RecordView {
  let batch: RecordBatch
  let record: Record
  let value: Datum
  /// The key; null where nobody asks for it.
  let key: Datum

  /// The topic that names the object.
  var topic: String { batch.topics[Int(record.topic)] }

  /// Milliseconds since 1970; nil: the record has none.
  var timestamp: Int64? { record.timestamp >= 0 ? record.timestamp : nil }
}
