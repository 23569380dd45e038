import ChangeModel
import Flow
import Testing

@testable import Engine

/// A source that hands out numbered changes and remembers what was confirmed.
private final class CountingSource: ChangeSource {
  private let schema = TableSchema(
    serial: 0, name: TableName(database: "d", schema: "s", table: "t"), columns: [], keyColumns: [], beforeImage: .none)
  private let total: Int
  private var next = 0
  var startedAt: String??
  var confirmed: [UInt64] = []
  var stoppedKeepingState: Bool?
  var failAt: Int?

  init(total: Int) { self.total = total }

  func start(at offset: SourceOffset?) throws {
    startedAt = offset?.value
    next = offset.flatMap { Int($0.value) } ?? 0
  }

  func poll(into batch: ChangeBatch, limit: Int, patience: Duration) throws -> PollOutcome {
    if let failAt, next >= failAt { throw CDCError(.unexpected, "broken") }
    guard next < total else { return .finished }
    next += 1
    var change = Change(.create)
    change.schema = batch.number(of: schema)
    change.position = UInt64(next)
    batch.append(change)
    batch.endOffset = SourceOffset(partition: "{}", value: "\(next)", position: UInt64(next))
    return .more
  }

  let hasKeptAlive = StopFlag()
  func keepAlive() throws { hasKeptAlive.raise() }
  func confirm(_ position: DurablePosition) throws { confirmed.append(position.offset.position) }
  func stop(keepingState: Bool) { stoppedKeepingState = keepingState }
  var progress: SourceProgress { SourceProgress() }
}

/// A publisher in memory.
private final class MemoryPublisher: EventPublisher, @unchecked Sendable {
  private let lock = Lock()
  private var open: [RecordBatch] = []
  private var durable: [Int32] = []
  private var offset: String?
  let failure: CDCError?
  /// Takes nothing before it is raised.
  let opening: StopFlag?

  init(offset: String? = nil, failure: CDCError? = nil, opening: StopFlag? = nil) {
    self.offset = offset
    self.failure = failure
    self.opening = opening
  }

  var records: [Int32] { lock.withLock { durable } }
  var storedOffset: String? { lock.withLock { offset } }

  func open(stop: StopFlag) throws(CDCError) -> String? { lock.withLock { offset } }
  func add(_ batch: RecordBatch) throws(CDCError) {
    _ = opening?.wait(.seconds(30))
    open.append(batch)
  }
  func commit(_ offset: SourceOffset) throws(CDCError) -> (position: DurablePosition?, batches: [RecordBatch]) {
    if let failure { throw failure }
    defer { open = [] }
    lock.withLock {
      durable += open.flatMap { $0.records.map(\.topic) }
      self.offset = offset.value
    }
    return (DurablePosition(committed: offset), open)
  }
  func close() {}
}

@Suite struct SourceTaskTests {
  private func task(_ source: CountingSource, _ publisher: MemoryPublisher) -> SourceTask {
    SourceTask(
      name: "t",
      parts: .init(
        source: source,
        encode: { changes, records throws(CDCError) in
          for change in changes.changes { records.records.append(Record(topic: Int32(change.position))) }
        }, heartbeat: { _ throws(CDCError) in }, heartbeatInterval: nil, publisher: publisher,
        prepareTopics: { _ throws(CDCError) in }),
      meter: SourceMeter(onCommit: { _ in }))
  }

  @Test func everyChangeIsPublishedOnceInOrder() throws {
    let source = CountingSource(total: 5_000)
    let publisher = MemoryPublisher()
    let end = try task(source, publisher).run(stop: StopFlag(), keepingState: { true })
    #expect(end == .finished)
    #expect(publisher.records == Array(1...5_000))
    #expect(publisher.storedOffset == "5000")
    #expect(source.confirmed.last == 5_000)
    #expect(source.confirmed == source.confirmed.sorted())
    #expect(source.stoppedKeepingState == true)
  }

  @Test func itGoesOnAtTheStoredOffset() throws {
    let source = CountingSource(total: 10)
    let publisher = MemoryPublisher(offset: "7")
    _ = try task(source, publisher).run(stop: StopFlag(), keepingState: { false })
    #expect(source.startedAt == "7")
    #expect(publisher.records == [8, 9, 10])
    #expect(source.stoppedKeepingState == false)
  }

  @Test func aFailedCommitEndsTheTaskAndConfirmsNothing() throws {
    let source = CountingSource(total: 1_000_000)
    let publisher = MemoryPublisher(failure: CDCError(.unexpected, "no commit"))
    #expect(throws: CDCError.self) { try task(source, publisher).run(stop: StopFlag(), keepingState: { false }) }
    #expect(source.confirmed.isEmpty)
    #expect(source.stoppedKeepingState == true, "what was made on the server stays when a task fails")
  }

  /// While Kafka takes nothing the database must not take the reader for dead.
  @Test func theSourceIsKeptAliveWhileKafkaWaits() throws {
    let source = CountingSource(total: 30)
    let publisher = MemoryPublisher(opening: source.hasKeptAlive)
    let megabyte = [UInt8](repeating: 0, count: 1 << 20)
    let task = SourceTask(
      name: "t",
      parts: .init(
        source: source,
        encode: { changes, records throws(CDCError) in
          for change in changes.changes { records.records.append(Record(topic: Int32(change.position))) }
          records.bytes.append(megabyte)
        }, heartbeat: { _ throws(CDCError) in }, heartbeatInterval: nil, publisher: publisher,
        prepareTopics: { _ throws(CDCError) in }),
      meter: SourceMeter(onCommit: { _ in }), keepAliveInterval: .milliseconds(10))
    #expect(try task.run(stop: StopFlag(), keepingState: { true }) == .finished)
    #expect(source.hasKeptAlive.isRaised)
    #expect(publisher.records == Array(1...30))
  }

  @Test func aFailedSourceEndsTheTask() throws {
    let source = CountingSource(total: 10)
    source.failAt = 5
    let publisher = MemoryPublisher()
    #expect(throws: CDCError.self) { try task(source, publisher).run(stop: StopFlag(), keepingState: { true }) }
    #expect(publisher.records == Array(1...5), "what was handed over before is still committed")
  }

  @Test func aRaisedFlagStopsIt() throws {
    let stop = StopFlag()
    stop.raise()
    let end = try task(CountingSource(total: 10), MemoryPublisher()).run(stop: stop, keepingState: { true })
    #expect(end == .stopped)
  }
}
