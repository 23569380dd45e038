internal import ChangeModel
internal import Flow

/// A sink's task: one thread that polls the group's records and hands them to the sink, which writes rows and offsets in
/// one transaction of its target.
final class SinkTask {
  /// What a sink's connector class puts together.
  struct Parts {
    /// Writes the records.
    var sink: any RecordSink
    /// Makes the group's member; the sink is told of its partitions through the closures.
    var makeConsumer:
      (
        _ assigned: @escaping ([TopicPartition]) throws -> [TopicPartition: Int64],
        _ revoked: @escaping ([TopicPartition]) -> Void
      ) throws(CDCError) -> any RecordConsumer
    /// Told of the offsets that are durable in the target.
    var delivered: ([TopicPartition: Int64]) -> Void
    /// Decides on failed records.
    var parking: RecordParking
    /// Replays, and records that wait in retry topics.
    var side: SideTopics
  }

  private static let batchBytes = 4 << 20
  private static let patience: Duration = .milliseconds(200)

  private let parts: Parts
  private let policy: RetryPolicy
  private let meter: SinkMeter
  private let batch = RecordBatch()

  init(parts: Parts, policy: RetryPolicy, meter: SinkMeter) {
    self.parts = parts
    self.policy = policy
    self.meter = meter
  }

  /// Runs on the calling thread until it is stopped.
  func run(_ context: TaskRunner.Context) throws(CDCError) -> TaskRunner.End {
    let (sink, side) = (parts.sink, parts.side)
    defer {
      parts.parking.close()
      side.close()
      sink.stop()
    }
    try wrapped { try sink.start() }
    let consumer = try parts.makeConsumer(
      { partitions in
        let known = try sink.assigned(partitions)
        side.assigned(partitions, known: known)
        return known
      },
      { partitions in
        side.revoked()
        sink.revoked(partitions)
      })
    defer { consumer.close() }
    try consumer.open()
    var triesInPlace = 0
    while !context.stop.isRaised {
      do throws(CDCError) {
        try step(consumer, context)
        triesInPlace = 0
      } catch {
        // Then the whole task is tried again, as a new member of the group.
        if consumer.hasRefusedPartitions { throw error }
        if error.code.failureClass == .target {
          try waitForTarget(error, consumer, context)
        } else if error.code.failureClass == .record, let wait = parts.parking.waitInPlace(attempt: triesInPlace) {
          triesInPlace += 1
          try waitForRecord(error, wait, consumer, context)
        } else {
          throw error
        }
      }
    }
    return .stopped
  }

  /// One round: what is due of side topics, else what the topics have.
  private func step(_ consumer: any RecordConsumer, _ context: TaskRunner.Context) throws(CDCError) {
    batch.reset()
    try parts.side.fill(batch, consumer)
    let isSide = !batch.records.isEmpty
    if !isSide {
      try consumer.poll(into: batch, limit: Self.batchBytes, patience: Self.patience)
      guard !batch.records.isEmpty else { return try tick(consumer) }
      KillPoint.sinkReceived.pass()
      try parts.side.prepare(consumer)
      parts.parking.begin(batch)
      try parts.parking.holdBack()
    }
    try write(consumer, isSide: isSide)
    context.progressed()
  }

  private func write(_ consumer: any RecordConsumer, isSide: Bool) throws(CDCError) {
    let began = SystemTime.monotonicNanoseconds
    var durable: [TopicPartition: Int64] = [:]
    try wrapped { durable = try parts.sink.write(batch, rejected: parts.parking) }
    KillPoint.sinkWritten.pass()
    if isSide {
      try parts.side.written(durable, batch)
    } else {
      try parts.side.store(durable)
    }
    deliver(durable, consumer)
    meter.wrote(batch, nanoseconds: SystemTime.monotonicNanoseconds - began, lag: consumer.lag)
  }

  private func tick(_ consumer: any RecordConsumer) throws(CDCError) {
    var durable: [TopicPartition: Int64] = [:]
    try wrapped { durable = try parts.sink.tick() }
    try parts.side.store(durable)
    deliver(durable, consumer)
    meter.idle(lag: consumer.lag)
  }

  private func deliver(_ durable: [TopicPartition: Int64], _ consumer: any RecordConsumer) {
    let ofTopics = durable.filter { !SideOffsets.isSide($0.key) }
    guard !ofTopics.isEmpty else { return }
    consumer.commit(ofTopics)
    KillPoint.sinkCommitted.pass()
    parts.delivered(ofTopics)
  }

  /// The target is down or busy: nothing is consumed until it takes writes again; then reading goes on at its own
  /// offsets. The group's membership is kept up meanwhile.
  private func waitForTarget(_ first: CDCError, _ consumer: any RecordConsumer, _ context: TaskRunner.Context)
    throws(CDCError)
  {
    var error = first
    var backoff = policy.backoff()
    parts.side.restart()
    parts.sink.stop()
    try consumer.setPaused(true)
    while true {
      let wait = backoff.next()
      guard policy.verdict(on: error, attempts: backoff.attempts) == .retry else { throw error }
      meter.retried()
      context.retrying(error)
      if try pause(wait, consumer, context) { return }
      do throws(CDCError) {
        try wrapped { try parts.sink.start() }
        try goBack(consumer)
        return
      } catch let another {
        error = another
        parts.sink.stop()
      }
    }
  }

  /// A record may pass later: it is tried again, and nothing behind it before.
  private func waitForRecord(
    _ error: CDCError, _ wait: Duration, _ consumer: any RecordConsumer, _ context: TaskRunner.Context
  ) throws(CDCError) {
    meter.retried()
    context.retrying(error)
    parts.side.restart()
    try consumer.setPaused(true)
    if try pause(wait, consumer, context) { return }
    try goBack(consumer)
  }

  /// Reads again from what is durable.
  private func goBack(_ consumer: any RecordConsumer) throws(CDCError) {
    var known: [TopicPartition: Int64] = [:]
    try wrapped { known = try parts.sink.assigned(consumer.assignment) }
    parts.side.assigned(consumer.assignment, known: known)
    // In this order: what is fetched between the two is dropped by the seek. A partition that is let go behind the
    // seek drops what it fetched since, and goes on behind that.
    try consumer.setPaused(false)
    try consumer.seek(known.merging(batch.firstOffsets(of: consumer.assignment)) { known, _ in known })
  }

  /// Waits, polling the paused consumer so that the group keeps the member. True: stopped meanwhile.
  private func pause(_ wait: Duration, _ consumer: any RecordConsumer, _ context: TaskRunner.Context) throws(CDCError)
    -> Bool
  {
    let end = SystemTime.monotonicNanoseconds + wait.wholeNanoseconds
    let scratch = RecordBatch()
    while SystemTime.monotonicNanoseconds < end {
      if context.stop.wait(min(wait, .milliseconds(500))) { return true }
      try consumer.poll(into: scratch, limit: 1, patience: .zero)
    }
    return false
  }

  private func wrapped(_ body: () throws -> Void) throws(CDCError) {
    do { try body() } catch { throw CDCError(wrapping: error) }
  }
}

extension RecordBatch {
  /// The first record's offset of each of `partitions`: where to go on if the target knows nothing.
  func firstOffsets(of partitions: [TopicPartition]) -> [TopicPartition: Int64] {
    var offsets: [TopicPartition: Int64] = [:]
    forEachRun { partition, first, _ in
      if partitions.contains(partition) { offsets[partition] = min(first, offsets[partition] ?? .max) }
    }
    return offsets
  }

  /// Calls `body` for each run of records of one partition, so that a batch of thousands needs few look-ups.
  private func forEachRun(_ body: (TopicPartition, _ first: Int64, _ last: Int64) -> Void) {
    var index = 0
    while index < records.count {
      let start = records[index]
      let topic = start.consumedTopic
      var last = start
      while index < records.count, records[index].consumedTopic == topic, records[index].partition == start.partition {
        last = records[index]
        index += 1
      }
      body(TopicPartition(topic: topics[Int(topic)], partition: start.partition), start.offset, last.offset)
    }
  }
}
