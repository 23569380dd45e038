internal import ChangeModel

/// Gets a batch written in which records are refused: those that are known to be wrong are handed to the handler; where
/// only the whole was refused, it is halved until the wrong ones are alone, and all others are written.
///
/// Ranges are written in order, each with its offsets in one transaction, so whatever ends it, nothing is passed over.
/// One wrong record among n costs about 2 log2 n transactions.
struct BatchSplitter {
  /// What became of a range.
  enum Outcome {
    /// It is durable, offsets included.
    case written
    /// Nothing was written, because of these records, in order.
    case faulty([Rejection])
    /// Nothing was written, because of one or more of these records.
    case refused([Int])
  }

  private let batch: RecordBatch
  private let handler: any RejectionHandler

  init(_ batch: RecordBatch, _ handler: any RejectionHandler) {
    self.batch = batch
    self.handler = handler
  }

  /// Writes all of the batch but for what the handler takes. Throws the error of the first record that it does not
  /// take; then all before that one is written.
  mutating func write(_ attempt: (Range<Int>) throws(CDCError) -> Outcome) throws(CDCError) {
    var rest = [0..<batch.records.count]
    var end: CDCError?
    while let range = rest.popLast() {
      switch try attempt(range) {
      case .written: break
      case .refused(let records):
        let middle = records[records.count / 2]
        rest.append(middle..<range.upperBound)
        rest.append(range.lowerBound..<middle)
      case .faulty(let all):
        let rejections = all.sorted { $0.record < $1.record }
        let stop = rejections.first { !handler.accepts($0, of: batch) }
        let taken = stop.map { stop in rejections.filter { $0.record < stop.record } } ?? rejections
        if !taken.isEmpty { try handler.park(taken, of: batch) }
        if let stop {
          end = stop.error
          rest = [range.lowerBound..<stop.record]
        } else {
          rest.append(range)
        }
      }
    }
    if let end { throw end }
  }
}
