import Flow
import Testing

/// The queue between two real threads.
@Suite struct BoundedQueueTests {
  @Test func everythingArrivesInOrder() {
    let queue = BoundedQueue<Int>(limit: 100)
    let producer = WorkerThread.start("producer") {
      for number in 0..<20_000 { _ = queue.put(number, weight: 1 + number % 7) }
      queue.close()
    }
    var expected = 0
    while let number = queue.take(patience: .seconds(10)) {
      guard number == expected else { break }
      expected += 1
    }
    #expect(expected == 20_000)
    #expect(producer.join(patience: .seconds(10)))
    #expect(queue.isEmpty)
  }

  @Test func itHoldsItsLimitInBytes() {
    let queue = BoundedQueue<Int>(limit: 100)
    #expect(queue.put(1, weight: 60))
    let started = StopFlag()
    let done = StopFlag()
    let producer = WorkerThread.start("producer") {
      started.raise()
      _ = queue.put(2, weight: 60)
      done.raise()
    }
    #expect(started.wait(.seconds(5)))
    #expect(!done.wait(.milliseconds(100)), "the second element must wait for room")
    #expect(queue.fill == 60)
    #expect(queue.take(patience: .seconds(5)) == 1)
    #expect(done.wait(.seconds(5)))
    #expect(queue.take(patience: .seconds(5)) == 2)
    #expect(producer.join(patience: .seconds(5)))
    #expect(queue.fill == 0)
  }

  @Test func anElementAboveTheLimitPassesAlone() {
    let queue = BoundedQueue<Int>(limit: 10)
    #expect(queue.put(1, weight: 1000))
    #expect(queue.fill == 1000)
    #expect(queue.take(patience: .seconds(1)) == 1)
  }

  /// A queue that is never empty must not hold on to what was taken.
  @Test func whatWasTakenIsLetGo() {
    final class Element: Sendable {}
    let queue = BoundedQueue<Element>(limit: 100)
    #expect(queue.put(Element(), weight: 1))
    for _ in 0..<50 {
      #expect(queue.put(Element(), weight: 1))
      weak var taken: Element?
      do {
        let element = queue.take(patience: .seconds(1))
        taken = element
        #expect(taken != nil)
      }
      #expect(taken == nil)
      #expect(!queue.isEmpty)
    }
  }

  @Test func roomIsWaitedForWithPatience() {
    let queue = BoundedQueue<Int>(limit: 100)
    #expect(queue.waitForRoom(weight: 1000, patience: .zero), "an empty queue takes anything")
    #expect(queue.put(1, weight: 60))
    #expect(queue.waitForRoom(weight: 40, patience: .zero))
    #expect(!queue.waitForRoom(weight: 41, patience: .milliseconds(20)))
    let consumer = WorkerThread.start("consumer") { _ = queue.take(patience: .seconds(5)) }
    #expect(queue.waitForRoom(weight: 41, patience: .seconds(5)))
    #expect(consumer.join(patience: .seconds(5)))
    #expect(queue.put(2, weight: 60))
    queue.close()
    #expect(queue.waitForRoom(weight: 60, patience: .zero), "a closed queue has nothing to wait for")
  }

  @Test func takingGivesUpAfterItsPatience() {
    let queue = BoundedQueue<Int>(limit: 10)
    let clock = ContinuousClock()
    let spent = clock.measure { #expect(queue.take(patience: .milliseconds(50)) == nil) }
    #expect(spent >= .milliseconds(49))
  }

  @Test func closingWakesBothSidesAndKeepsWhatIsThere() {
    let full = BoundedQueue<Int>(limit: 1)
    #expect(full.put(7, weight: 1))
    let refused = StopFlag()
    let producer = WorkerThread.start("producer") { if !full.put(8, weight: 1) { refused.raise() } }
    let empty = BoundedQueue<Int>(limit: 1)
    let ended = StopFlag()
    let consumer = WorkerThread.start("consumer") { if empty.take(patience: nil) == nil { ended.raise() } }
    full.close()
    empty.close()
    #expect(refused.wait(.seconds(5)))
    #expect(ended.wait(.seconds(5)))
    #expect(full.take(patience: nil) == 7)
    #expect(full.take(patience: nil) == nil)
    #expect(!full.put(9, weight: 1))
    #expect(producer.join(patience: .seconds(5)) && consumer.join(patience: .seconds(5)))
  }

  @Test func aPutWakesAWaitingTaker() {
    let queue = BoundedQueue<Int>(limit: 10)
    let got = StopFlag()
    let consumer = WorkerThread.start("consumer") { if queue.take(patience: .seconds(20)) == 5 { got.raise() } }
    #expect(queue.put(5, weight: 1))
    #expect(got.wait(.seconds(5)))
    #expect(consumer.join(patience: .seconds(5)))
  }
}
