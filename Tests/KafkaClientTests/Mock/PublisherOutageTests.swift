import ChangeModel
import Flow
import KafkaClient
import Testing

/// The publisher while its broker is away, and while it is asked to stop.
@Suite struct PublisherOutageTests {
  @Test func recordsThatExpireAreSentAgain() throws {
    let mock = try MockPublisher([("transaction.timeout.ms", "3000")])
    _ = try mock.publisher.open()
    try mock.publish(0)
    mock.broker.setBroker(1, isUp: false)
    let returning = comeBack(mock.broker, after: 4)
    try mock.publisher.add(Batches.numbers(MockPublisher.topic, 10..<20))
    #expect(try mock.publisher.commit(Batches.offset(1)).position.offset == Batches.offset(1))
    #expect(mock.publisher.abortedTransactions >= 1)
    #expect(returning.join(patience: .seconds(5)))
    #expect(try Set(mock.records().compactMap(\.value)) == Set((0..<20).map(String.init)))
    try mock.publish(2)
    #expect(try mock.publisher.open() == #"{"lsn":2}"#)
  }

  @Test func anOutageBeyondTheDeadlineReadsThePositionAgain() throws {
    let mock = try MockPublisher([("transaction.timeout.ms", "1000")])
    _ = try mock.publisher.open()
    try mock.publish(0)
    mock.broker.setBroker(1, isUp: false)
    let error = #expect(throws: CDCError.self) { try mock.publish(1) }
    #expect(error?.code.failureClass == .target)
    mock.broker.setBroker(1, isUp: true)
    _ = try mock.publisher.open()
    try mock.publish(1)
  }

  @Test func aFullQueueWaits() throws {
    let mock = try MockPublisher([("queue.buffering.max.messages", "100")])
    _ = try mock.publisher.open()
    try mock.publisher.add(Batches.numbers(MockPublisher.topic, 0..<3_000))
    _ = try mock.publisher.commit(Batches.offset(1))
    #expect(try mock.records().count == 3_000)
  }

  @Test func stoppingEndsACommitThatWaits() throws {
    let mock = try MockPublisher()
    let stop = StopFlag()
    _ = try mock.publisher.open(stop: stop)
    try mock.publish(0)
    mock.broker.setBroker(1, isUp: false)
    stop.raise()
    let began = SystemTime.monotonicNanoseconds
    #expect(throws: CDCError.self) { try mock.publish(1) }
    mock.publisher.close()
    #expect(SystemTime.monotonicNanoseconds - began < 9_500_000_000)
  }

  @Test func whatIsInHandIsStillPublishedAfterTheStop() throws {
    let mock = try MockPublisher([("queue.buffering.max.messages", "100")])
    let stop = StopFlag()
    _ = try mock.publisher.open(stop: stop)
    stop.raise()
    try mock.publisher.add(Batches.numbers(MockPublisher.topic, 0..<1_000))
    _ = try mock.publisher.commit(Batches.offset(1))
    #expect(try mock.records().count == 1_000)
  }

  @Test func stoppingEndsAFullQueue() throws {
    let mock = try MockPublisher([("queue.buffering.max.messages", "100")])
    let stop = StopFlag()
    _ = try mock.publisher.open(stop: stop)
    try mock.publish(0)
    mock.broker.setBroker(1, isUp: false)
    let raising = WorkerThread.start("raise") {
      pauseThread(0.5)
      stop.raise()
    }
    let began = SystemTime.monotonicNanoseconds
    #expect(throws: CDCError.self) {
      try mock.publisher.add(Batches.numbers(MockPublisher.topic, 0..<3_000))
      _ = try mock.publisher.commit(Batches.offset(1))
    }
    #expect(SystemTime.monotonicNanoseconds - began < 9_500_000_000)
    #expect(raising.join(patience: .seconds(1)))
  }

  @Test func stoppingEndsOpening() throws {
    var settings = PublisherSettings(
      properties: KafkaProperties([("bootstrap.servers", "127.0.0.1:1")]), connector: "c", transactionalID: "x",
      offsetsTopic: "o")
    settings.openPatience = .seconds(30)
    let stop = StopFlag()
    stop.raise()
    let began = SystemTime.monotonicNanoseconds
    #expect(throws: CDCError.self) { try TransactionalPublisher(settings).open(stop: stop) }
    #expect(SystemTime.monotonicNanoseconds - began < 6_000_000_000)
  }

  private func comeBack(_ broker: EmbeddedBroker, after seconds: Double) -> WorkerThread {
    WorkerThread.start("come-back") {
      pauseThread(seconds)
      broker.setBroker(1, isUp: true)
    }
  }
}
