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
    let sink = parts.sink
    defer { sink.stop() }
    try wrapped { try sink.start() }
    let consumer = try parts.makeConsumer({ try sink.assigned($0) }, { sink.revoked($0) })
    defer { consumer.close() }
    try consumer.open()
    while !context.stop.isRaised {
      batch.reset()
      try consumer.poll(into: batch, limit: Self.batchBytes, patience: Self.patience)
      do throws(CDCError) {
        if batch.records.isEmpty {
          try tick(consumer)
        } else {
          try write(consumer)
          context.progressed()
        }
      } catch {
        guard error.code.failureClass == .target else { throw error }
        try waitForTarget(error, consumer, context)
      }
    }
    return .stopped
  }

  private func write(_ consumer: any RecordConsumer) throws(CDCError) {
    let began = SystemTime.monotonicNanoseconds
    var durable: [TopicPartition: Int64] = [:]
    try wrapped { durable = try parts.sink.write(batch, rejected: RejectNothing()) }
    deliver(durable, consumer)
    meter.wrote(batch, nanoseconds: SystemTime.monotonicNanoseconds - began, lag: consumer.lag)
  }

  private func tick(_ consumer: any RecordConsumer) throws(CDCError) {
    var durable: [TopicPartition: Int64] = [:]
    try wrapped { durable = try parts.sink.tick() }
    deliver(durable, consumer)
    meter.idle(lag: consumer.lag)
  }

  private func deliver(_ durable: [TopicPartition: Int64], _ consumer: any RecordConsumer) {
    guard !durable.isEmpty else { return }
    consumer.commit(durable)
    parts.delivered(durable)
  }

  /// The target is down or busy: nothing is consumed until it takes writes again; then reading goes on at its own
  /// offsets. The group's membership is kept up meanwhile.
  private func waitForTarget(_ first: CDCError, _ consumer: any RecordConsumer, _ context: TaskRunner.Context)
    throws(CDCError)
  {
    var error = first
    var backoff = policy.backoff()
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
        var positions: [TopicPartition: Int64] = [:]
        try wrapped { positions = try parts.sink.assigned(consumer.assignment) }
        // In this order: what is fetched between the two is dropped by the seek. A partition that is let go behind the
        // seek drops what it fetched since, and goes on behind that.
        try consumer.setPaused(false)
        try consumer.seek(positions.merging(batch.firstOffsets(of: consumer.assignment)) { known, _ in known })
        return
      } catch let another {
        error = another
        parts.sink.stop()
      }
    }
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
