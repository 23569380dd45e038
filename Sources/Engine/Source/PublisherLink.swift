internal import ChangeModel
internal import Flow

/// What the receiver's and the publisher's thread tell each other besides the batches: one lock, small values.
final class PublisherLink: @unchecked Sendable {
  /// The records' way from the receiver to the publisher.
  let queue: BoundedQueue<RecordBatch>

  private let lock = Lock()
  private var opened: Result<String?, CDCError>?
  private var durable: DurablePosition?
  private var failure: CDCError?
  private var free: [RecordBatch] = []
  private var finished = false

  init(queueBytes: Int) { queue = BoundedQueue(limit: queueBytes) }

  /// The publisher is connected, or can't be.
  func setOpened(_ result: Result<String?, CDCError>) {
    lock.withLock {
      opened = result
      lock.wakeAll()
    }
  }

  /// Waits until the publisher is connected. Nil: `patience` passed.
  func waitOpened(patience: Duration) -> Result<String?, CDCError>? {
    lock.acquire()
    defer { lock.release() }
    let deadline = Lock.deadline(after: patience)
    while opened == nil {
      if !lock.wait(deadline) { break }
    }
    return opened
  }

  /// Everything up to `position` is durable; the batches can be used again.
  func committed(_ position: DurablePosition?, recycling batches: [RecordBatch]) {
    lock.withLock {
      if let position { durable = position }
      for batch in batches where free.count < 8 { free.append(batch) }
    }
  }

  /// The newest durable position since the last call.
  func takeDurable() -> DurablePosition? {
    lock.withLock {
      defer { durable = nil }
      return durable
    }
  }

  /// A batch to fill, used before or new.
  func freeBatch() -> RecordBatch {
    let used = lock.withLock { free.popLast() }
    guard let used else { return RecordBatch() }
    used.reset()
    return used
  }

  /// The publisher failed: the task ends.
  func fail(_ error: CDCError) {
    lock.withLock { if failure == nil { failure = error } }
    queue.close()
  }

  /// No more batches come: what is in the queue is published, then the publisher ends.
  func finish() {
    lock.withLock { finished = true }
    queue.close()
  }

  /// Whether no more batches come.
  var isFinished: Bool { lock.withLock { finished } }

  /// Why the publisher failed.
  var failed: CDCError? { lock.withLock { failure } }
}
