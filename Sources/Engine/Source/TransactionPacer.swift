/// Decides when a Kafka transaction closes: small and at once where it is quiet, larger where it is busy.
///
/// A transaction costs a few milliseconds of CPU here and in the broker, whatever its size, and a begin right behind a
/// commit often waits 20 ms for the broker. So a quiet source commits each change as it comes; a busy one leaves a gap
/// behind the last commit, in which more changes gather; one with a backlog fills transactions up to their limits.
struct TransactionPacer {
  /// The limits of a transaction.
  struct Limits {
    /// The oldest record waits at most this long, in nanoseconds.
    var age: Int64 = 100_000_000
    /// The same while more waits in the source: who is behind gains nothing by small transactions, in nanoseconds.
    var backlogAge: Int64 = 250_000_000
    /// The gap behind the last commit when busy, in nanoseconds.
    var gap: Int64 = 10_000_000
    /// More commits a second than this is busy.
    var quietCommitsPerSecond = 20
    /// Records at most.
    var records = 25_000
    /// Bytes at most.
    var bytes = 8 << 20
  }

  /// What to do with the open transaction.
  enum Decision: Equatable {
    /// Commit it now.
    case close
    /// Wait for more records, this many nanoseconds at most.
    case wait(Int64)
  }

  private let limits: Limits
  private var openedAt: Int64?
  private var lastCommit: Int64 = .min / 2
  private var secondBegan: Int64 = .min / 2
  private var commitsThisSecond = 0
  private var commitsLastSecond = 0

  init(limits: Limits = Limits()) { self.limits = limits }

  /// Records were added to a transaction, which opens it if none is open.
  mutating func added(at now: Int64) {
    if openedAt == nil { openedAt = now }
  }

  /// The transaction was committed.
  mutating func committed(at now: Int64) {
    openedAt = nil
    lastCommit = now
    roll(now)
    commitsThisSecond += 1
  }

  /// Whether to commit. `isDry`: no record waits behind the ones added, neither here nor in the source.
  mutating func decide(at now: Int64, isDry: Bool, records: Int, bytes: Int) -> Decision {
    guard let openedAt else { return .wait(limits.age) }
    if records >= limits.records || bytes >= limits.bytes { return .close }
    let untilOld = openedAt + (isDry ? limits.age : limits.backlogAge) - now
    if untilOld <= 0 { return .close }
    guard isDry else { return .wait(untilOld) }
    roll(now)
    let isBusy = max(commitsThisSecond, commitsLastSecond) >= limits.quietCommitsPerSecond
    let untilGap = isBusy ? lastCommit + limits.gap - now : 0
    return untilGap <= 0 ? .close : .wait(min(untilGap, untilOld))
  }

  private mutating func roll(_ now: Int64) {
    let elapsed = now - secondBegan
    guard elapsed >= 1_000_000_000 else { return }
    commitsLastSecond = elapsed < 2_000_000_000 ? commitsThisSecond : 0
    commitsThisSecond = 0
    secondBegan = now
  }
}
