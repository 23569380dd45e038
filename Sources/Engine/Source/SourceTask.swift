internal import ChangeModel
internal import Flow

/// A source's task: two threads with one queue between them. This one, the receiver, runs source, pipeline and encoding;
/// the other owns the Kafka producer.
final class SourceTask {
  /// What a source's connector class puts together.
  struct Parts {
    /// Reads the changes.
    var source: any ChangeSource
    /// Turns changes into records.
    var encode: (ChangeBatch, RecordBatch) throws(CDCError) -> Void
    /// Appends a heartbeat record.
    var heartbeat: (RecordBatch) throws(CDCError) -> Void
    /// How often a heartbeat is due; nil: never.
    var heartbeatInterval: Duration?
    /// The source partition, for heartbeats before the first change.
    var publisher: any EventPublisher
    /// Makes topics that records are about to go to.
    var prepareTopics: @Sendable ([String]) throws(CDCError) -> Void
  }

  /// How a task ended without an error.
  enum End { case stopped, finished }

  private static let batchBytes = 256 << 10
  private static let queueBytes = 8 << 20
  private static let patience: Duration = .milliseconds(250)

  private let name: String
  private let parts: Parts
  private let meter: SourceMeter
  private let progressed: @Sendable () -> Void
  private let keepAliveInterval: Duration
  private let link = PublisherLink(queueBytes: SourceTask.queueBytes)
  private let changes = ChangeBatch()
  private var lastOffset: SourceOffset?
  private var heartbeatDue: Int64 = .max

  /// `progressed` is called whenever changes became durable; `keepAliveInterval` is how often the database is told that
  /// the task lives while Kafka takes nothing.
  init(
    name: String, parts: Parts, meter: SourceMeter, keepAliveInterval: Duration = .seconds(5),
    progressed: @escaping @Sendable () -> Void = {}
  ) {
    self.keepAliveInterval = keepAliveInterval
    self.progressed = progressed
    self.name = name
    self.parts = parts
    self.meter = meter
  }

  /// Runs on the calling thread until `stop` is raised or the source is done. `keepingState` is asked at the end:
  /// false lets the source drop what it made on the server.
  func run(stop: StopFlag, keepingState: () -> Bool) throws(CDCError) -> End {
    let loop = UnsafeTransfer(
      PublisherLoop(
        link: link, publisher: parts.publisher, meter: meter, stop: stop, prepareTopics: parts.prepareTopics))
    let publisherThread = WorkerThread.start("publish:\(name)") { loop.value.run() }
    var isOrderly = false
    defer {
      link.finish()
      publisherThread.join(patience: .seconds(10))
      if isOrderly { confirmDurable() }
      parts.source.stop(keepingState: isOrderly ? keepingState() : true)
    }
    guard let stored = try openedOffset(stop) else { return .stopped }
    try start(at: stored)
    let end = try receive(until: stop)
    isOrderly = true
    link.finish()
    publisherThread.join(patience: .seconds(8))
    if let error = link.failed { throw error }
    return end
  }

  private func start(at stored: String?) throws(CDCError) {
    let offset = stored.map { SourceOffset(partition: "", value: $0, position: 0) }
    do { try parts.source.start(at: offset) } catch { throw CDCError(wrapping: error) }
    scheduleHeartbeat()
  }

  /// The loop's priorities: stop, failures of the publisher, durable positions, heartbeats, then changes.
  private func receive(until stop: StopFlag) throws(CDCError) -> End {
    while !stop.isRaised {
      if let error = link.failed { throw error }
      confirmDurable()
      if SystemTime.monotonicNanoseconds >= heartbeatDue { try beat() }
      let outcome = try poll()
      if !changes.isEmpty { try handOver(isFollowed: outcome == .more) }
      if outcome == .finished { return .finished }
    }
    return .stopped
  }

  private func poll() throws(CDCError) -> PollOutcome {
    do {
      let outcome = try parts.source.poll(into: changes, limit: Self.batchBytes, patience: Self.patience)
      meter.received(parts.source.progress)
      return outcome
    } catch { throw CDCError(wrapping: error) }
  }

  private func handOver(isFollowed: Bool) throws(CDCError) {
    let records = link.freeBatch()
    try parts.encode(changes, records)
    records.isFollowed = isFollowed
    if let end = changes.endOffset {
      records.endOffset = end
      lastOffset = end
    }
    meter.encoded(changes)
    changes.reset()
    try put(records)
  }

  private func beat() throws(CDCError) {
    scheduleHeartbeat()
    guard let lastOffset else { return }
    let records = link.freeBatch()
    try parts.heartbeat(records)
    records.endOffset = lastOffset
    try put(records)
  }

  /// A closed queue means that the publisher failed; the loop sees that next.
  private func put(_ records: RecordBatch) throws(CDCError) {
    let weight = records.weight
    while !link.queue.waitForRoom(weight: weight, patience: keepAliveInterval) {
      do { try parts.source.keepAlive() } catch { throw CDCError(wrapping: error) }
    }
    let sent = UnsafeTransfer(records)
    _ = link.queue.put(sent.value, weight: weight)
  }

  private func scheduleHeartbeat() {
    guard let interval = parts.heartbeatInterval else { return }
    heartbeatDue = SystemTime.monotonicNanoseconds + interval.wholeNanoseconds
  }

  private func confirmDurable() {
    guard let position = link.takeDurable() else { return }
    // A confirmation that can't be sent is sent again with the next one; the connection's own error ends the task.
    try? parts.source.confirm(position)
    meter.acknowledged(position)
    progressed()
  }

  /// The offset to start at; nil: stopped while waiting for Kafka.
  private func openedOffset(_ stop: StopFlag) throws(CDCError) -> String?? {
    while true {
      if stop.isRaised { return nil }
      guard let result = link.waitOpened(patience: .milliseconds(100)) else { continue }
      return .some(try result.get())
    }
  }
}
