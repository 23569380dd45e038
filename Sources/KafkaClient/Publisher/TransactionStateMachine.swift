internal import ChangeModel

/// What the transactional producer does next, decided without a socket: events in, one action out.
///
/// The rules come from librdkafka's transactional API: once commit was called there is no abort, only the same commit
/// again or a new producer; a call that timed out is repeated as it is; after an abort the same records go again; a
/// fatal error ends the producer, and what was committed is then known by the offsets topic only.
struct TransactionStateMachine: Sendable {
  enum State: Sendable, Equatable {
    /// No producer, or one that is of no use any more.
    case closed
    /// No transaction.
    case ready
    /// A transaction is open and takes records.
    case open
    /// Commit was called; since then, in nanoseconds.
    case committing(since: Int64)
    /// Abort was called; since then, in nanoseconds.
    case aborting(since: Int64)
  }

  enum Action: Sendable, Equatable {
    /// Begin a transaction, its first record the last offset.
    case begin
    /// Go on producing.
    case produce
    /// Call commit, again if it was called.
    case commit
    /// Call abort, again if it was called.
    case abort
    /// Begin anew and produce everything from memory again, as far as it had come.
    case resend(thenCommit: Bool)
    /// Committed: hand out the durable position.
    case deliver
    /// Nothing is left to do.
    case rest
    /// Give the producer up; the position has to be read again.
    case recreate(CallFailure)
    /// Give up; aborted before, if that was possible.
    case fail(CallFailure)
  }

  /// Aborts of the same records, the last of which gives up.
  static let aborts = 3

  private(set) var state: State = .closed
  /// When the transaction began, in nanoseconds.
  private(set) var begunAt: Int64?
  /// Aborts of the records in hand.
  private(set) var abortCount = 0
  private let transactionTimeout: Int64
  private var cause: CallFailure?
  private var wantsCommit = false
  private var isStanding = false

  /// `transactionTimeout` in nanoseconds: the broker ends a transaction that is older.
  init(transactionTimeout: Int64) { self.transactionTimeout = transactionTimeout }

  /// A producer is there and its predecessor fenced.
  mutating func opened() {
    state = .ready
    forget()
  }

  /// Records wait.
  func recordsWait() -> Action {
    switch state {
    case .ready: .begin
    case .open: .produce
    case .closed, .committing, .aborting: .recreate(Self.misuse)
    }
  }

  /// The transaction was begun.
  mutating func began(at now: Int64) {
    state = .open
    begunAt = now
  }

  /// Begin failed.
  mutating func beginFailed(_ failure: CallFailure, at now: Int64) -> Action {
    failure.kind == .abortable ? startAbort(failure, at: now) : end(failure, at: now)
  }

  /// A record was not taken. `isStanding`: nor will it ever be, so its transaction must never be committed.
  mutating func produceFailed(_ failure: CallFailure, isStanding: Bool, at now: Int64) -> Action {
    if failure.kind == .fatal { return end(failure, at: now) }
    self.isStanding = self.isStanding || isStanding
    return startAbort(failure, at: now)
  }

  /// Everything is produced, the offset record last.
  mutating func commitWanted(at now: Int64) -> Action {
    guard state == .open else { return .recreate(Self.misuse) }
    wantsCommit = true
    state = .committing(since: now)
    return .commit
  }

  /// Commit returned; nil: it is done. `deadline`: how long it may go on, in nanoseconds.
  mutating func commitReturned(_ failure: CallFailure?, deadline: Int64, at now: Int64) -> Action {
    guard case .committing(let since) = state else { return .recreate(Self.misuse) }
    guard let failure else {
      state = .ready
      forget()
      return .deliver
    }
    switch failure.kind {
    case .retriable: return now - since < deadline ? .commit : giveUp(failure)
    case .abortable: return startAbort(failure, at: now)
    case .fatal, .other: return end(failure, at: now)
    }
  }

  /// What is open is not wanted any more.
  mutating func abandoned(at now: Int64) -> Action {
    guard state == .open else { return .rest }
    cause = nil
    wantsCommit = false
    state = .aborting(since: now)
    return .abort
  }

  /// Abort returned; nil: it is done. `reported`: what delivery reports say about the records, where they say more.
  mutating func abortReturned(_ failure: CallFailure?, reported: CallFailure?, deadline: Int64, at now: Int64) -> Action
  {
    guard case .aborting(let since) = state else { return .recreate(Self.misuse) }
    if let failure {
      switch failure.kind {
      case .retriable, .abortable: return now - since < deadline ? .abort : giveUp(failure)
      case .fatal, .other: return isStanding ? stand(failure) : end(failure, at: now)
      }
    }
    state = .ready
    begunAt = nil
    guard let first = cause else { return .rest }
    cause = nil
    abortCount += 1
    let reason = isStanding ? first : reported ?? first
    // A topic that is gone does not come back by itself: whoever makes topics has to know.
    guard !isStanding && abortCount < Self.aborts && reason.code.errorCode != .kafkaTopicMissing else {
      state = .closed
      return .fail(reason)
    }
    return .resend(thenCommit: wantsCommit)
  }

  /// Closed.
  mutating func closed() {
    state = .closed
    forget()
  }

  private static let misuse = CallFailure(.other, .state, "the transaction is not in the state for this")

  private mutating func startAbort(_ failure: CallFailure, at now: Int64) -> Action {
    cause = cause ?? failure
    state = .aborting(since: now)
    return .abort
  }

  /// The producer is lost. Fenced may mean no more than that the broker ended a transaction that had become too old.
  private mutating func end(_ failure: CallFailure, at now: Int64) -> Action {
    let isOld = begunAt.map { now - $0 > transactionTimeout } ?? false
    state = .closed
    switch failure.code.errorCode {
    case .kafkaFenced: return isOld ? .recreate(failure) : .fail(failure)
    case .kafkaAuthorization, .kafkaTransactionRefused, .kafkaAuthentication: return .fail(failure)
    default: return .recreate(failure)
    }
  }

  private mutating func giveUp(_ failure: CallFailure) -> Action {
    state = .closed
    return .recreate(failure)
  }

  /// The abort failed as well, but what has to be told is the record that will never pass.
  private mutating func stand(_ failure: CallFailure) -> Action {
    state = .closed
    return .fail(cause ?? failure)
  }

  private mutating func forget() {
    begunAt = nil
    abortCount = 0
    cause = nil
    wantsCommit = false
    isStanding = false
  }
}
