/// Runs closures one after the other on a thread of its own, which ends when the queue is closed.
public final class SerialQueue: @unchecked Sendable {
  private let lock = Lock()
  private var jobs: [@Sendable () -> Void] = []
  private var isClosed = false
  private var isBusy = false
  private var thread: WorkerThread?

  /// An empty queue whose thread has this name.
  public init(_ name: String) {
    thread = WorkerThread.start(name) { [weak self] in
      while let job = self?.next() {
        job()
        self?.done()
      }
    }
  }

  /// Appends a closure. False: the queue is closed, it won't run.
  @discardableResult public func run(_ job: @escaping @Sendable () -> Void) -> Bool {
    lock.withLock {
      guard !isClosed else { return false }
      jobs.append(job)
      lock.wakeAll()
      return true
    }
  }

  /// Waits until everything appended so far has run. False: `patience` passed before.
  public func drain(patience: Duration) -> Bool {
    lock.acquire()
    defer { lock.release() }
    let deadline = Lock.deadline(after: patience)
    while isBusy || !jobs.isEmpty {
      if !lock.wait(deadline) { return !isBusy && jobs.isEmpty }
    }
    return true
  }

  /// Takes nothing more; what was appended still runs, then the thread ends.
  public func close() {
    lock.withLock {
      isClosed = true
      lock.wakeAll()
    }
  }

  private func next() -> (@Sendable () -> Void)? {
    lock.acquire()
    defer { lock.release() }
    while jobs.isEmpty {
      if isClosed { return nil }
      lock.wait(nil)
    }
    isBusy = true
    return jobs.removeFirst()
  }

  private func done() {
    lock.withLock {
      isBusy = false
      lock.wakeAll()
    }
  }
}
