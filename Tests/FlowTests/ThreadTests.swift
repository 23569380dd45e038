import Flow
import Foundation
import Testing

@Suite struct ThreadTests {
  @Test func aFlagEndsAWaitEarly() {
    let flag = StopFlag()
    #expect(!flag.isRaised)
    #expect(!flag.wait(.milliseconds(20)))
    let thread = WorkerThread.start("raiser") { flag.raise() }
    let spent = ContinuousClock().measure { #expect(flag.wait(.seconds(30))) }
    #expect(spent < .seconds(10))
    #expect(flag.isRaised)
    #expect(flag.wait(.seconds(30)), "a raised flag stays raised")
    #expect(thread.join(patience: .seconds(5)))
  }

  @Test func aThreadHasItsNameAndEnds() {
    let lock = Lock()
    nonisolated(unsafe) var name = ""
    let thread = WorkerThread.start("crm-receiver") {
      let text = (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? ""
      lock.withLock { name = text }
    }
    #expect(thread.join(patience: .seconds(5)))
    #expect(thread.hasEnded)
    #expect(lock.withLock { name } == "crm-receiver\n")
  }

  @Test func joiningGivesUp() {
    let stop = StopFlag()
    let thread = WorkerThread.start("waiter") { _ = stop.wait(.seconds(30)) }
    #expect(!thread.join(patience: .milliseconds(30)))
    #expect(!thread.hasEnded)
    stop.raise()
    #expect(thread.join(patience: .seconds(5)))
  }

  @Test func aLockKeepsThreadsApart() {
    let lock = Lock()
    nonisolated(unsafe) var count = 0
    let threads = (0..<4).map { index in
      WorkerThread.start("adder-\(index)") {
        for _ in 0..<5000 { lock.withLock { count += 1 } }
      }
    }
    for thread in threads { #expect(thread.join(patience: .seconds(20))) }
    #expect(lock.withLock { count } == 20_000)
  }

  @Test func clocksAreClocks() {
    let wall = Double(SystemTime.wallMicroseconds) / 1e6
    #expect(abs(wall - Date().timeIntervalSince1970) < 5)
    let first = SystemTime.monotonicNanoseconds
    #expect(SystemTime.monotonicNanoseconds >= first)
    #expect(SystemTime.wallNanoseconds / 1_000_000_000 >= Int64(wall) - 1)
  }
}
