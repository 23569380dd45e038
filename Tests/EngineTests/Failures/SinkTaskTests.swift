import ChangeModel
import Flow
import JSON
import KafkaClient
import Settings
import Synchronization
import Telemetry
import Testing

@testable import Engine

/// A topic with one partition, in memory.
private final class FakeConsumer: RecordConsumer {
  let records: Int64
  var position: Int64 = 0
  var committed: [Int64] = []
  var pauses: [Bool] = []
  var seeks: [Int64] = []
  let partition = TopicPartition(topic: "t", partition: 0)
  var assigned: ([TopicPartition]) throws -> [TopicPartition: Int64] = { _ in [:] }

  init(_ records: Int64) { self.records = records }

  /// How often the group's partitions could not be taken over.
  var refusals = 0
  private(set) var hasRefusedPartitions = false

  func open() throws(CDCError) {
    do { position = try assigned([partition])[partition] ?? 0 } catch { throw CDCError(wrapping: error) }
  }

  func poll(into batch: RecordBatch, limit: Int, patience: Duration) throws(CDCError) {
    if refusals > 0 {
      refusals -= 1
      hasRefusedPartitions = true
      throw CDCError(.warehouseUnavailable, "Taking partitions over did not succeed")
    }
    guard pauses.last != true else { return }
    batch.topics = ["t"]
    while position < records {
      var record = Record(topic: 0)
      record.partition = 0
      record.offset = position
      batch.records.append(record)
      position += 1
    }
  }

  func commit(_ offsets: [TopicPartition: Int64]) { committed += offsets.values }
  func seek(_ offsets: [TopicPartition: Int64]) throws(CDCError) {
    position = offsets[partition] ?? position
    seeks.append(position)
  }
  func setPaused(_ isPaused: Bool) throws(CDCError) { pauses.append(isPaused) }
  var assignment: [TopicPartition] { [partition] }
  var positions: [TopicPartition: Int64] { [partition: position] }
  func exists(_ topic: String) -> Bool { false }
  var lag: Int64? { nil }
  func close() {}
}

/// A sink that keeps offsets and does what a script says.
private final class FakeSink: RecordSink {
  var next: Int64 = 0
  var starts = 0
  /// What each attempt does: an error at an offset, or nothing.
  var script: [(offset: Int64, code: ErrorCode)]
  var keepsOffsets: Bool { true }
  let done: () -> Void

  init(_ script: [(Int64, ErrorCode)], done: @escaping () -> Void) {
    self.script = script.map { (offset: $0.0, code: $0.1) }
    self.done = done
  }

  func start() throws { starts += 1 }
  func assigned(_ partitions: [TopicPartition]) throws -> [TopicPartition: Int64] {
    next > 0 ? [TopicPartition(topic: "t", partition: 0): next] : [:]
  }
  func revoked(_ partitions: [TopicPartition]) {}
  func stop() {}

  func write(_ batch: RecordBatch, rejected: any RejectionHandler) throws -> [TopicPartition: Int64] {
    for (index, record) in batch.records.enumerated() where record.offset >= next {
      if let step = script.first, step.offset == record.offset {
        script.removeFirst()
        let error = CDCError(step.code, "offset \(record.offset)")
        let rejection = Rejection(record: index, error: error, stage: .taskPut, className: "fake")
        guard step.code.failureClass != .target, rejected.accepts(rejection, of: batch) else { throw error }
        try rejected.park([rejection], of: batch)
      }
      next = record.offset + 1
    }
    done()
    return [TopicPartition(topic: "t", partition: 0): next]
  }
}

@Suite final class SinkTaskTests: Sendable {
  private let stop = StopFlag()
  private let retried = Mutex<[String]>([])

  private func task(
    _ keys: [String: String], _ consumer: FakeConsumer, _ sink: FakeSink, retries: Int? = nil
  ) -> SinkTask {
    var raw = JSONObject()
    for (key, value) in keys { raw[key] = .string(value) }
    let policy = FailurePolicy(ConfigDefinition(ErrorKeys.sink).parse(raw, secrets: SecretResolver.system))
    let kafka = KafkaEnvironment(properties: KafkaProperties([("bootstrap.servers", "127.0.0.1:1")]))
    let meter = FailureMeter(
      connector: "c", metrics: MetricRegistry(), log: Log("test", system: LogSystem(descriptor: -1)), notice: { _ in })
    let parking = RecordParking(
      connector: "c", task: 0, policy: policy, producer: PutAwayProducer(kafka, policy), meter: meter)
    let side = SideTopics(kafka, connector: "c", offsetsTopic: "o", parking: parking, sink: sink, meter: meter)
    return SinkTask(
      parts: SinkTask.Parts(
        sink: sink,
        makeConsumer: { assigned, _ in
          consumer.assigned = assigned
          return consumer
        }, delivered: { _ in }, parking: parking, side: side),
      policy: RetryPolicy(maxRetries: retries, longestWait: .milliseconds(20)), meter: SinkMeter { _, _ in })
  }

  private func run(_ task: SinkTask) throws {
    let context = TaskRunner.Context(
      stop: stop, progressed: {}, retrying: { [self] error in retried.withLock { $0.append(error.code.name) } },
      keepsState: { true })
    _ = try task.run(context)
  }

  @Test func aBusyTargetIsWaitedForWithoutConsuming() throws {
    let consumer = FakeConsumer(10)
    let sink = FakeSink([(4, .warehouseUnavailable), (4, .warehouseUnavailable)]) { [stop] in stop.raise() }
    try run(task([:], consumer, sink))
    #expect(sink.next == 10 && sink.starts == 3)
    #expect(consumer.pauses == [true, false, true, false] && consumer.seeks == [4, 4])
    #expect(retried.withLock { $0 } == ["CDC-5002", "CDC-5002"])
    #expect(consumer.committed == [10])
  }

  /// Partitions that were given to a member which could not take them over are read by nobody while it stays one.
  @Test func aMemberThatCouldNotTakeItsPartitionsLeaves() throws {
    let consumer = FakeConsumer(10)
    consumer.refusals = 1
    let task = task([:], consumer, FakeSink([]) {})
    let error = #expect(throws: CDCError.self) { try run(task) }
    #expect(error?.code == .warehouseUnavailable && consumer.pauses.isEmpty)
    #expect(RetryPolicy(maxRetries: nil, longestWait: .zero).verdict(on: try #require(error), attempts: 1) == .retry)
  }

  @Test func aBusyTargetIsGivenUpWhereALimitIsSet() throws {
    let consumer = FakeConsumer(10)
    let sink = FakeSink(Array(repeating: (4, .warehouseUnavailable), count: 9)) {}
    let task = task([:], consumer, sink, retries: 0)
    let error = #expect(throws: CDCError.self) { try run(task) }
    #expect(error?.code == .warehouseUnavailable && sink.next == 4)
  }

  @Test func aRecordThatMayPassIsTriedInPlaceForItsTime() throws {
    let consumer = FakeConsumer(10)
    let sink = FakeSink(Array(repeating: (6, .warehouseMissingParent), count: 3)) { [stop] in stop.raise() }
    try run(task(["errors.retry.timeout": "60000", "errors.retry.delay.max.ms": "10"], consumer, sink))
    #expect(sink.next == 10 && consumer.seeks == [6, 6, 6])
    #expect(sink.starts == 1, "the connection stays")
    #expect(retried.withLock { $0.count } == 3)
  }

  @Test(arguments: ["none", "all"]) func afterItsTimeItIsPoison(tolerance: String) throws {
    let consumer = FakeConsumer(10)
    let sink = FakeSink(Array(repeating: (6, .warehouseMissingParent), count: 5)) { [stop] in stop.raise() }
    let task = task(
      ["errors.retry.timeout": "1", "errors.retry.delay.max.ms": "5", "errors.tolerance": tolerance], consumer, sink)
    if tolerance == "all" {
      try run(task)
      #expect(sink.next == 10, "left out, and the rest written")
    } else {
      let error = #expect(throws: CDCError.self) { try run(task) }
      #expect(error?.code == .warehouseMissingParent && sink.next == 6)
    }
  }

  @Test func withoutATimeItIsPoisonAtOnce() throws {
    let consumer = FakeConsumer(3)
    let sink = FakeSink([(1, .warehouseMissingParent)]) {}
    let task = task([:], consumer, sink)
    let error = #expect(throws: CDCError.self) { try run(task) }
    #expect(error?.code == .warehouseMissingParent && sink.next == 1)
    #expect(RetryPolicy(maxRetries: nil, longestWait: .zero).verdict(on: try #require(error), attempts: 1) == .fail)
  }

  @Test func aFatalErrorIsNeverTolerated() throws {
    let consumer = FakeConsumer(3)
    let sink = FakeSink([(1, .warehouseColumnMissing)]) {}
    let task = task(["errors.tolerance": "all"], consumer, sink)
    let error = #expect(throws: CDCError.self) { try run(task) }
    #expect(error?.code == .warehouseColumnMissing && sink.next == 1)
  }
}
