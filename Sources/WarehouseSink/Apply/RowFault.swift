internal import ChangeModel

/// A record whose row can't be written, and why.
struct RowFault {
  /// Its place in the batch.
  var record: Int
  var error: CDCError
  /// The JSON pointer of the field; nil: no one field.
  var pointer: String?
  /// The constraint that it breaks; nil: none.
  var rule: String?
}

extension RecordBatch {
  /// Where the record at a place of the batch was read.
  func place(of index: Int) -> String {
    let record = records[index]
    return "topic \(topics[Int(record.consumedTopic)]), partition \(record.partition), offset \(record.offset)"
  }
}
