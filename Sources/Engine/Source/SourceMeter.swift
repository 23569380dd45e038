internal import ChangeModel
internal import Flow

/// A source task's live figures: written by its two threads, read by status and metrics.
final class SourceMeter: @unchecked Sendable {
  /// A reading.
  struct Reading: Sendable {
    /// Changes by operation, committed to Kafka.
    var events = [Int](repeating: 0, count: Operation.allCases.count)
    /// Bytes of records committed to Kafka.
    var bytes = 0
    /// Commits so far.
    var commits = 0
    /// The ladder of positions.
    var encoded: UInt64 = 0
    var durable: UInt64 = 0
    /// The source's own figures.
    var progress = SourceProgress()
    /// Commit time of the newest change that is durable, microseconds since 1970.
    var durableCommitMicroseconds: Int64 = 0
    /// Whether something received is not durable yet.
    var isBehind = false
    /// Values that had no place in their Avro type and became null or the type's zero.
    var failedConversions = 0

    /// Bytes of log between the server's head and Kafka.
    var lagBytes: UInt64 { progress.serverHead > durable ? progress.serverHead - durable : 0 }

    /// How old the newest durable change is while others wait, in seconds; 0: caught up.
    func lagSeconds(now: Int64) -> Double {
      guard isBehind, durableCommitMicroseconds > 0 else { return 0 }
      return Double(max(0, now - durableCommitMicroseconds)) / 1e6
    }
  }

  private let lock = Lock()
  private var reading = Reading()
  private var encodedCommitMicroseconds: Int64 = 0
  private let onCommit: @Sendable (_ latencyMicroseconds: Int64?) -> Void

  /// `onCommit` is told after each Kafka commit how long its oldest change took from its commit in the database.
  init(onCommit: @escaping @Sendable (_ latencyMicroseconds: Int64?) -> Void) { self.onCommit = onCommit }

  /// The figures now.
  var current: Reading { lock.withLock { reading } }

  func received(_ progress: SourceProgress) {
    lock.withLock { reading.progress = progress }
  }

  func encoded(_ changes: ChangeBatch) {
    lock.withLock {
      if let end = changes.endOffset { reading.encoded = end.position }
      if let last = changes.transactions.last { encodedCommitMicroseconds = last.commitMicroseconds }
      reading.isBehind = reading.encoded > reading.durable
    }
  }

  func failedConversions(_ count: Int) {
    lock.withLock { reading.failedConversions = count }
  }

  func committed(_ transaction: OpenTransaction, batches: [RecordBatch]) {
    var oldest = Int64.max
    lock.withLock {
      for batch in batches {
        for (index, count) in batch.counts.enumerated() { reading.events[index] += count }
        reading.bytes += batch.bytes.count
        if batch.oldestCommitMicroseconds > 0 { oldest = min(oldest, batch.oldestCommitMicroseconds) }
      }
      reading.commits += 1
      if let offset = transaction.offset { reading.durable = offset.position }
      reading.durableCommitMicroseconds = encodedCommitMicroseconds
      reading.isBehind = reading.encoded > reading.durable
    }
    onCommit(oldest == .max ? nil : max(0, SystemTime.wallMicroseconds - oldest))
  }

  func acknowledged(_ position: DurablePosition) {
    lock.withLock { reading.progress.acknowledged = position.offset.position }
  }
}
