import Testing

@testable import Engine

@Suite struct TransactionPacerTests {
  private let millisecond: Int64 = 1_000_000

  @Test func aQuietSourceCommitsAtOnce() {
    var pacer = TransactionPacer()
    pacer.added(at: 0)
    #expect(pacer.decide(at: 0, isDry: true, records: 1, bytes: 300) == .close)
  }

  @Test func aBacklogFillsTransactions() {
    var pacer = TransactionPacer()
    pacer.added(at: 0)
    #expect(pacer.decide(at: 10 * millisecond, isDry: false, records: 100, bytes: 1000) == .wait(240 * millisecond))
    #expect(pacer.decide(at: 250 * millisecond, isDry: false, records: 100, bytes: 1000) == .close)
    #expect(pacer.decide(at: 10 * millisecond, isDry: false, records: 25_000, bytes: 1000) == .close)
    #expect(pacer.decide(at: 10 * millisecond, isDry: false, records: 1, bytes: 8 << 20) == .close)
    #expect(pacer.decide(at: 100 * millisecond, isDry: true, records: 100, bytes: 1000) == .close)
  }

  @Test func aBusySourceLeavesAGapBehindACommit() {
    var pacer = TransactionPacer()
    var now: Int64 = 0
    for _ in 0..<20 {
      pacer.added(at: now)
      pacer.committed(at: now)
      now += millisecond
    }
    pacer.added(at: now)
    #expect(pacer.decide(at: now, isDry: true, records: 1, bytes: 300) == .wait(9 * millisecond))
    #expect(pacer.decide(at: now + 9 * millisecond, isDry: true, records: 1, bytes: 300) == .close)
  }

  @Test func busynessIsForgottenAfterQuietSeconds() {
    var pacer = TransactionPacer()
    for _ in 0..<50 {
      pacer.added(at: 0)
      pacer.committed(at: 0)
    }
    let later = 3_000 * millisecond
    pacer.added(at: later)
    #expect(pacer.decide(at: later, isDry: true, records: 1, bytes: 300) == .close)
  }
}
