/// Which record a delivery report is about, in the pointer that librdkafka carries along: 12 bits for the pool that its
/// headers go back to, 20 for the batch, 32 for the record.
struct RecordTag: Equatable {
  /// The batch, counted from the transaction's first; -1: the offset record.
  var batch: Int
  /// The record's place in the batch.
  var record: Int
  /// The pool of its headers; 0: none.
  var pool = 0

  static let pools = 1 << 12

  /// The tag of offset records.
  static var offset: RecordTag { RecordTag(batch: -1, record: 0) }

  init(batch: Int, record: Int, pool: Int = 0) {
    self.batch = batch
    self.record = record
    self.pool = pool
  }

  @inline(__always) init(pointer: UnsafeMutableRawPointer?) {
    let bits = UInt(bitPattern: pointer)
    batch = Int((bits >> 32) & 0xf_ffff) - 1
    record = Int(bits & 0xffff_ffff)
    pool = Int(bits >> 52)
  }

  /// Batches beyond a million share numbers; they serve for messages only.
  @inline(__always) var pointer: UnsafeMutableRawPointer? {
    let batch = UInt(bitPattern: batch &+ 1) & 0xf_ffff
    return UnsafeMutableRawPointer(bitPattern: UInt(pool) << 52 | batch << 32 | UInt(record) & 0xffff_ffff)
  }
}
