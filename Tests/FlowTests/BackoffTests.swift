import Flow
import Testing

@Suite struct BackoffTests {
  @Test func stepsDoubleUpToTheCap() {
    var backoff = Backoff(first: .milliseconds(100), cap: .seconds(1))
    for step in [100, 200, 400, 800, 1000, 1000] {
      let wait = backoff.next()
      #expect(wait >= .milliseconds(step) / 2 && wait <= .milliseconds(step), "\(wait) in the step of \(step) ms")
    }
    #expect(backoff.attempts == 6)
  }

  @Test func equalSeedsWaitEqually() {
    var waits: [[Duration]] = []
    for _ in 0..<2 {
      var backoff = Backoff(first: .seconds(1), cap: .seconds(60))
      var generator = SplitMix(state: 7)
      waits.append((0..<10).map { _ in backoff.next(using: &generator) })
    }
    #expect(waits[0] == waits[1])
    #expect(Set(waits[0]).count == 10)
  }

  /// Java's SplittableRandom, as https://prng.di.unimi.it/splitmix64.c has it: short and repeatable.
  struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
      return mixed ^ (mixed >> 31)
    }
  }

  @Test func jitterStaysBetweenHalfAndWhole() {
    var backoff = Backoff(first: .milliseconds(100), cap: .milliseconds(100))
    let waits = (0..<200).map { _ in backoff.next() }
    #expect(waits.allSatisfy { $0 >= .milliseconds(50) && $0 <= .milliseconds(100) })
    #expect(Set(waits).count > 1)
  }

  @Test func successBeginsAnew() {
    var backoff = Backoff(first: .milliseconds(100), cap: .seconds(10))
    for _ in 0..<5 { _ = backoff.next() }
    backoff.reset()
    #expect(backoff.attempts == 0)
    #expect(backoff.next() <= .milliseconds(100))
  }
}
