internal import CSystem
internal import Flow

/// Threads that run handlers, which may block. They are started as they are needed and end when they are not.
final class HandlerPool: @unchecked Sendable {
  private static let kept = 2
  private static let patience: Duration = .seconds(10)

  private let limit: Int
  private let lock = Lock()
  private var jobs: [@Sendable () -> Void] = []
  private var idle = 0
  private var threads = 0
  private var isClosed = false

  init(limit: Int) { self.limit = max(1, limit) }

  /// Has a thread run `job`. It is dropped when the pool is closed or no thread can be had.
  func submit(_ job: @escaping @Sendable () -> Void) {
    let starts = lock.withLock {
      guard !isClosed else { return false }
      jobs.append(job)
      if idle >= jobs.count || threads >= limit {
        lock.wakeAll()
        return false
      }
      threads += 1
      return true
    }
    guard starts else { return }
    let starter = pthread_self()
    WorkerThread.start("http") { [self] in
      // Where no thread can be had, this runs on the caller's, which must not block.
      if pthread_equal(pthread_self(), starter) != 0 { couldNotStart() } else { work() }
    }
  }

  /// No more jobs are taken; those that wait are dropped.
  func close() {
    let dropped = lock.withLock {
      isClosed = true
      lock.wakeAll()
      defer { jobs = [] }
      return jobs
    }
    _ = consume dropped
  }

  private func couldNotStart() {
    let dropped = lock.withLock {
      threads -= 1
      defer { if threads == 0 { jobs = [] } }
      return threads == 0 ? jobs : []
    }
    _ = consume dropped
  }

  private func work() {
    while let job = take() { job() }
  }

  /// The next job; nil: this thread ends.
  private func take() -> (@Sendable () -> Void)? {
    lock.acquire()
    defer { lock.release() }
    let deadline = Lock.deadline(after: Self.patience)
    idle += 1
    defer { idle -= 1 }
    while jobs.isEmpty {
      let isInTime = lock.wait(threads > Self.kept ? deadline : nil)
      guard jobs.isEmpty else { break }
      if isClosed || !isInTime && threads > Self.kept {
        threads -= 1
        return nil
      }
    }
    return jobs.removeFirst()
  }
}
