internal import ChangeModel
internal import Flow

/// Runs one task on a thread of its own, again and again as the retry policy says, and knows its state.
final class TaskRunner: @unchecked Sendable {
  /// How a task's run ended.
  enum End {
    /// It was asked to stop.
    case stopped
    /// It has nothing more to do; the task stays RUNNING without work.
    case finished
  }

  /// The state that status and health show.
  enum Phase {
    /// Connecting, or running.
    case running
    /// Waiting for the next try after this error.
    case retrying(CDCError)
    /// Ended by this error.
    case failed(CDCError)
    /// Done.
    case finished
    /// Stopped.
    case stopped
    /// Listed, but not started.
    case paused
  }

  /// What a run is given.
  struct Context: Sendable {
    /// Raised when the run is to end.
    let stop: StopFlag
    /// To be called whenever work became durable, which makes the next error the first one again.
    let progressed: @Sendable () -> Void
    /// To be called when the run waits for a busy target by itself, which shows as RETRYING.
    let retrying: @Sendable (CDCError) -> Void
    /// Asked at the end: false if what the task made for itself on a server may go now.
    let keepsState: @Sendable () -> Bool
  }

  /// One run: works until it is stopped, and throws what ends it early.
  typealias Body = @Sendable (Context) throws(CDCError) -> End

  let id: Int
  private let threadName: String
  private let policy: RetryPolicy
  private let onError: @Sendable (CDCError, Phase) -> Void
  private let body: Body
  private let lock = Lock()
  private let stopFlag = StopFlag()
  private var phase: Phase = .running
  private var hasProgressed = false
  private var retries = 0
  private var keepsState = true
  private var thread: WorkerThread?

  init(
    id: Int, threadName: String, policy: RetryPolicy, onError: @escaping @Sendable (CDCError, Phase) -> Void,
    body: @escaping Body
  ) {
    self.id = id
    self.threadName = threadName
    self.policy = policy
    self.onError = onError
    self.body = body
  }

  /// A task that is listed as paused and runs nothing.
  static func paused(id: Int) -> TaskRunner {
    let runner = TaskRunner(
      id: id, threadName: "", policy: RetryPolicy(maxRetries: 0, longestWait: .zero), onError: { _, _ in },
      body: { _ in .stopped })
    runner.phase = .paused
    return runner
  }

  /// Whether it is listed as paused.
  var isPaused: Bool {
    if case .paused = currentPhase { return true }
    return false
  }

  /// Whether an error ended it.
  var hasFailed: Bool {
    if case .failed = currentPhase { return true }
    return false
  }

  /// Starts the thread.
  func start() {
    thread = WorkerThread.start(threadName) { [self] in run() }
  }

  /// Asks the task to stop; `join` waits for it. `keepingState` false: what it made on a server may go.
  func requestStop(keepingState: Bool) {
    lock.withLock { keepsState = keepingState }
    stopFlag.raise()
  }

  /// Waits for the end. False: it still ran after `patience`.
  func join(patience: Duration) -> Bool { thread?.join(patience: patience) ?? true }

  /// The state now.
  var currentPhase: Phase { lock.withLock { phase } }

  /// Tries after errors so far.
  var retryCount: Int { lock.withLock { retries } }

  private func run() {
    var backoff = policy.backoff()
    let context = Context(
      stop: stopFlag, progressed: { [self] in progressed() }, retrying: { [self] in waits($0) },
      keepsState: { [self] in lock.withLock { keepsState } })
    while !stopFlag.isRaised {
      do throws(CDCError) {
        let end = try body(context)
        set(end == .finished ? .finished : .stopped)
        return
      } catch {
        // Whatever a stop cuts short is no failure.
        if stopFlag.isRaised { break }
        if lock.withLock({ hasProgressed }) { backoff.reset() }
        lock.withLock { hasProgressed = false }
        let wait = backoff.next()
        guard policy.verdict(on: error, attempts: backoff.attempts) == .retry else {
          set(.failed(error))
          onError(error, .failed(error))
          return
        }
        lock.withLock { retries += 1 }
        set(.retrying(error))
        onError(error, .retrying(error))
        if stopFlag.wait(wait) { break }
      }
    }
    set(.stopped)
  }

  private func waits(_ error: CDCError) {
    lock.withLock {
      retries += 1
      phase = .retrying(error)
    }
    onError(error, .retrying(error))
  }

  private func progressed() {
    lock.withLock {
      hasProgressed = true
      if case .retrying = phase { phase = .running }
    }
  }

  private func set(_ new: Phase) { lock.withLock { phase = new } }
}
