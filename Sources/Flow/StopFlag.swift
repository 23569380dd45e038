/// A flag that one thread raises and others look at, with a wait that the flag ends early.
public final class StopFlag: @unchecked Sendable {
  private let lock = Lock()
  private var raised = false

  /// A lowered flag.
  public init() {}

  /// Whether it is raised.
  public var isRaised: Bool { lock.withLock { raised } }

  /// Raises it, for good.
  public func raise() {
    lock.withLock {
      raised = true
      lock.wakeAll()
    }
  }

  /// Waits for `duration`, or less if the flag is raised. True: it is raised.
  public func wait(_ duration: Duration) -> Bool {
    lock.acquire()
    defer { lock.release() }
    let deadline = Lock.deadline(after: duration)
    while !raised {
      if !lock.wait(deadline) { return raised }
    }
    return true
  }
}
