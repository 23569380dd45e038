internal import ChangeModel
internal import KafkaClient

/// Reads a topic on and hands its records out as JSON lines.
struct TopicTail {
  private static let batchBytes = 256 << 10

  let reader: TopicReader
  let printer: RecordPrinter
  let limit: Int?
  private var emitted = 0

  init(reader: TopicReader, printer: RecordPrinter, limit: Int?) {
    self.reader = reader
    self.printer = printer
    self.limit = limit
  }

  /// Reads until `limit` records were handed out, `emit` says false, or, without `follow`, the end was reached that the
  /// topic had at the start.
  mutating func run(follow: Bool, emit: ([UInt8]) -> Bool) throws(CDCError) {
    let ends = try reader.watermarks().mapValues(\.high)
    let batch = RecordBatch()
    while true {
      batch.reset()
      let outcome = try reader.poll(into: batch, limit: Self.batchBytes, patience: .milliseconds(follow ? 500 : 200))
      for record in batch.records {
        if let limit, emitted >= limit { return }
        emitted += 1
        guard emit(printer.line(of: record, in: batch)) else { return }
      }
      if let limit, emitted >= limit { return }
      if !follow && outcome != .more && hasReached(ends) { return }
      // A silent topic still has to notice that nobody listens any longer.
      if follow && batch.records.isEmpty && !emit([]) { return }
    }
  }

  private func hasReached(_ ends: [Int32: Int64]) -> Bool {
    ends.allSatisfy { partition, end in end == 0 || (reader.positions[partition] ?? 0) >= end }
  }
}
