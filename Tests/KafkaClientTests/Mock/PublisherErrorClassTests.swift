import CRDKafka
import ChangeModel
import Flow
import KafkaClient
import Testing

/// The classes of errors of the transactional producer, each provoked by what the broker answers.
@Suite struct PublisherErrorClassTests {
  private static let producedInside: [Int32] = [6, 7, 19, 20, 56, -195]
  private static let othersInside: [Int32] = [51, 14, 16, -195]

  @Test func nothingGoesWrong() throws {
    let mock = try MockPublisher()
    #expect(try mock.publisher.open() == nil)
    for number in 0..<3 {
      let position = try mock.publish(number)
      #expect(position.offset == Batches.offset(number))
    }
    #expect(mock.publisher.abortedTransactions == 0)
    #expect(try Set(mock.records().compactMap(\.value)) == Set((0..<30).map(String.init)))
    #expect(try mock.publisher.open() == #"{"lsn":2}"#)
  }

  @Test(arguments: producedInside) func theLibraryRetriesProduceByItself(_ code: Int32) throws {
    try expectNoAbort(API.produce, code)
  }

  @Test(arguments: [API.addPartitionsToTransaction, API.endTransaction], othersInside)
  func theLibraryRetriesTheTransactionByItself(_ api: Int16, _ code: Int32) throws { try expectNoAbort(api, code) }

  @Test(arguments: [14, 15, 16, -195] as [Int32]) func theLibraryRetriesInitByItself(_ code: Int32) throws {
    let mock = try MockPublisher()
    mock.broker.pushErrors(api: API.initProducerID, [KafkaErrorCode(rawValue: code)])
    _ = try mock.publisher.open()
    try mock.publish(0)
  }

  @Test func aCommitThatTakesLongerThanACallGoesOn() throws {
    let mock = try MockPublisher()
    _ = try mock.publisher.open()
    try mock.publish(0)
    mock.broker.setRoundTrip(of: 1, .milliseconds(1_200))
    let began = SystemTime.monotonicNanoseconds
    try mock.publish(1)
    #expect(SystemTime.monotonicNanoseconds - began > 2_000_000_000)
    #expect(mock.publisher.abortedTransactions == 0)
  }

  @Test(
    arguments: [
      (API.addPartitionsToTransaction, 29), (API.produce, 59), (API.endTransaction, 49), (API.endTransaction, 87),
    ] as [(Int16, Int32)]) func abortableErrorsAreSentAgain(_ api: Int16, _ code: Int32) throws
  {
    let mock = try MockPublisher()
    _ = try mock.publisher.open()
    try mock.publish(0)
    mock.broker.pushErrors(api: api, [KafkaErrorCode(rawValue: code)])
    #expect(try mock.publish(1).offset == Batches.offset(1))
    #expect((1...2).contains(mock.publisher.abortedTransactions))
    #expect(try Set(mock.records().compactMap(\.value)).isSuperset(of: (0..<20).map(String.init)))
    try mock.publish(2)
  }

  @Test(arguments: [10, 87, 2] as [Int32]) func aRefusedRecordCostsTwoAborts(_ code: Int32) throws {
    let mock = try MockPublisher()
    _ = try mock.publisher.open()
    try mock.publish(0)
    mock.broker.pushErrors(api: API.produce, [KafkaErrorCode(rawValue: code)])
    try mock.publish(1)
    #expect(mock.publisher.abortedTransactions == 2)
    try mock.publish(2)
  }

  @Test func aRecordThatIsAlwaysRefusedIsNamed() throws {
    let mock = try MockPublisher()
    _ = try mock.publisher.open()
    try mock.publish(0)
    mock.broker.pushErrors(api: API.produce, Array(repeating: KafkaErrorCode(rawValue: 10), count: 40))
    let error = #expect(throws: CDCError.self) { try mock.publish(1) }
    #expect(error?.code == .kafkaRecordTooLarge)
    #expect(mock.publisher.lastRecordFailure != nil)
  }

  @Test func aRecordThatTheLibraryRefusesIsNeverCommitted() throws {
    let mock = try MockPublisher([("message.max.bytes", "1000")])
    _ = try mock.publisher.open()
    try mock.publish(0)
    let batch = Batches.make(
      MockPublisher.topic, [("a", "small"), ("b", String(repeating: "x", count: 2_000)), ("c", "small")])
    let error = #expect(throws: CDCError.self) { try mock.publisher.add(batch) }
    #expect(error?.code == .kafkaRecordTooLarge)
    #expect(error?.description.contains(MockPublisher.topic) == true)
    #expect(mock.publisher.lastRecordFailure?.record == 1)
    #expect(throws: CDCError.self) { try mock.publisher.commit(Batches.offset(1)) }
    #expect(try mock.publisher.open() == #"{"lsn":0}"#)
    try mock.publish(1)
  }

  @Test(
    arguments: [
      (API.produce, 47), (API.endTransaction, 90), (API.addPartitionsToTransaction, 90), (API.endTransaction, 47),
    ] as [(Int16, Int32)]) func fencedStopsTheConnector(_ api: Int16, _ code: Int32) throws
  {
    let mock = try MockPublisher()
    _ = try mock.publisher.open()
    try mock.publish(0)
    mock.broker.pushErrors(api: api, [KafkaErrorCode(rawValue: code)])
    let error = #expect(throws: CDCError.self) { try mock.publish(1) }
    #expect(error?.code == .kafkaFenced)
  }

  @Test func fencedByItsOwnTimeoutReadsThePositionAgain() throws {
    let mock = try MockPublisher([("transaction.timeout.ms", "1000")])
    _ = try mock.publisher.open()
    try mock.publish(0)
    try mock.publisher.add(Batches.numbers(MockPublisher.topic, 10..<20))
    mock.broker.pushErrors(api: API.endTransaction, [KafkaErrorCode(rawValue: 90)])
    pauseThread(1.1)
    let error = #expect(throws: CDCError.self) { try mock.publisher.commit(Batches.offset(1)) }
    #expect(error?.code == .kafkaPositionMayDiffer)
    #expect(try mock.publisher.open() != nil)
    try mock.publish(2)
  }

  @Test(arguments: [(API.endTransaction, 48), (API.addPartitionsToTransaction, 48)] as [(Int16, Int32)])
  func otherFatalErrorsReadThePositionAgain(_ api: Int16, _ code: Int32) throws {
    let mock = try MockPublisher()
    _ = try mock.publisher.open()
    try mock.publish(0)
    mock.broker.pushErrors(api: api, [KafkaErrorCode(rawValue: code)])
    let error = #expect(throws: CDCError.self) { try mock.publish(1) }
    #expect(error?.code == .kafkaPositionMayDiffer)
    _ = try mock.publisher.open()
    try mock.publish(2)
  }

  @Test(arguments: [(53, ErrorCode.kafkaAuthorization), (50, .kafkaTransactionRefused)] as [(Int32, ErrorCode)])
  func whatTheBrokerForbidsFailsAtOnce(_ code: Int32, _ expected: ErrorCode) throws {
    let mock = try MockPublisher()
    mock.broker.pushErrors(api: API.initProducerID, [KafkaErrorCode(rawValue: code)])
    let error = #expect(throws: CDCError.self) { try mock.publisher.open() }
    #expect(error?.code == expected)
  }

  @Test func noBrokerIsAnErrorToRetry() throws {
    var settings = PublisherSettings(
      properties: KafkaProperties([("bootstrap.servers", "127.0.0.1:1")]), connector: "c", transactionalID: "x",
      offsetsTopic: "o")
    settings.openPatience = .seconds(1)
    let publisher = TransactionalPublisher(settings)
    let error = #expect(throws: CDCError.self) { try publisher.open() }
    #expect(error?.code == .kafkaUnreachable)
    #expect(error?.cause?.contains("127.0.0.1:1") == true, "\(error?.cause ?? "")")
    publisher.close()
  }

  @Test func anOffsetAloneIsATransaction() throws {
    let mock = try MockPublisher()
    _ = try mock.publisher.open()
    let (position, batches) = try mock.publisher.commit(Batches.offset(7))
    #expect(position.offset == Batches.offset(7) && batches.isEmpty)
    #expect(try mock.publisher.open() == #"{"lsn":7}"#)
  }

  @Test func whatATransactionalProducerCannotHaveIsLimited() throws {
    let mock = try MockPublisher([
      ("message.timeout.ms", "2147483647"), ("socket.timeout.ms", "300000"), ("retries", "0"),
      ("max.in.flight.requests.per.connection", "20"), ("delivery.report.only.error", "true"), ("acks", "1"),
    ])
    _ = try mock.publisher.open()
    try mock.publish(0)
  }

  @Test func theBatchesComeBack() throws {
    let mock = try MockPublisher()
    _ = try mock.publisher.open()
    let first = Batches.numbers(MockPublisher.topic, 0..<5)
    let second = Batches.numbers(MockPublisher.topic, 5..<9)
    try mock.publisher.add(first)
    try mock.publisher.add(second)
    let (_, batches) = try mock.publisher.commit(Batches.offset(1))
    #expect(batches.count == 2 && batches[0] === first && batches[1] === second)
  }

  private func expectNoAbort(_ api: Int16, _ code: Int32) throws {
    let mock = try MockPublisher()
    _ = try mock.publisher.open()
    try mock.publish(0)
    mock.broker.pushErrors(api: api, [KafkaErrorCode(rawValue: code)])
    try mock.publish(1)
    #expect(mock.publisher.abortedTransactions == 0)
    #expect(try mock.records().count == 20)
  }
}
