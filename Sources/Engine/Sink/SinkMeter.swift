internal import ChangeModel
internal import Flow

/// A sink task's live figures: written by its thread, read by status and metrics.
final class SinkMeter: @unchecked Sendable {
  /// A reading.
  struct Reading: Sendable {
    /// Records written.
    var rows = 0
    /// Batches written.
    var batches = 0
    /// Retries of a busy target.
    var retries = 0
    /// Records that wait in the topics.
    var lag: Int64?
    /// Topics read so far.
    var topics: Set<String> = []
  }

  private let lock = Lock()
  private var reading = Reading()
  private let onBatch: @Sendable (_ rows: Int, _ seconds: Double) -> Void

  /// `onBatch` is told of each batch that became durable.
  init(onBatch: @escaping @Sendable (_ rows: Int, _ seconds: Double) -> Void) { self.onBatch = onBatch }

  /// The figures now.
  var current: Reading { lock.withLock { reading } }

  func wrote(_ batch: RecordBatch, nanoseconds: Int64, lag: Int64?) {
    lock.withLock {
      reading.rows += batch.records.count
      reading.batches += 1
      reading.lag = lag ?? reading.lag
      for topic in batch.topics where !reading.topics.contains(topic) { reading.topics.insert(topic) }
    }
    onBatch(batch.records.count, Double(nanoseconds) / 1e9)
  }

  func idle(lag: Int64?) { lock.withLock { reading.lag = lag ?? reading.lag } }

  func retried() { lock.withLock { reading.retries += 1 } }
}
