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
  }

  /// One run: works until `stop` is raised, and throws what ends it early. `progressed` is called whenever work became
  /// durable, which makes the next error the first one again.
  typealias Body = @Sendable (_ stop: StopFlag, _ progressed: @escaping @Sendable () -> Void) throws(CDCError) -> End

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

  /// Starts the thread.
  func start() {
    thread = WorkerThread.start(threadName) { [self] in run() }
  }

  /// Asks the task to stop; `join` waits for it.
  func requestStop() { stopFlag.raise() }

  /// Waits for the end. False: it still ran after `patience`.
  func join(patience: Duration) -> Bool { thread?.join(patience: patience) ?? true }

  /// The state now.
  var currentPhase: Phase { lock.withLock { phase } }

  /// Tries after errors so far.
  var retryCount: Int { lock.withLock { retries } }

  private func run() {
    var backoff = policy.backoff()
    while !stopFlag.isRaised {
      do throws(CDCError) {
        let end = try body(stopFlag) { [self] in progressed() }
        set(end == .finished ? .finished : .stopped)
        return
      } catch {
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

  private func progressed() {
    lock.withLock {
      hasProgressed = true
      if case .retrying = phase { phase = .running }
    }
  }

  private func set(_ new: Phase) { lock.withLock { phase = new } }
}
