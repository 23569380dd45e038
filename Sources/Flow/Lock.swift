internal import CSystem

/// A mutex with a condition, at a stable address, for threads that block (never on Swift's shared pool).
public final class Lock: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// A free lock.
  public init() {
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Takes the lock, waiting for it.
  public func acquire() { pthread_mutex_lock(mutex) }

  /// Gives the lock back.
  public func release() { pthread_mutex_unlock(mutex) }

  /// Runs `body` under the lock.
  public func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    acquire()
    defer { release() }
    return try body()
  }

  /// Gives the lock back until woken, then takes it again. False: the deadline passed.
  @discardableResult public func wait(_ deadline: Deadline?) -> Bool {
    guard let deadline else {
      pthread_cond_wait(condition, mutex)
      return true
    }
    var time = deadline.time
    return pthread_cond_timedwait(condition, mutex, &time) == 0
  }

  /// Wakes all that wait.
  public func wakeAll() { pthread_cond_broadcast(condition) }

  /// A moment on the monotonic clock.
  public struct Deadline: Sendable {
    let time: timespec
  }

  /// The moment `duration` from now.
  public static func deadline(after duration: Duration) -> Deadline {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let (seconds, attoseconds) = duration.components
    var nanoseconds = now.tv_nsec + Int(attoseconds / 1_000_000_000)
    var whole = now.tv_sec + Int(seconds)
    if nanoseconds >= 1_000_000_000 {
      nanoseconds -= 1_000_000_000
      whole += 1
    }
    return Deadline(time: timespec(tv_sec: whole, tv_nsec: nanoseconds))
  }
}
