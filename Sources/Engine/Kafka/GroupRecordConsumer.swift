internal import ChangeModel
internal import KafkaClient

/// A member of a sink's consumer group.
final class GroupRecordConsumer: RecordConsumer {
  private let consumer: GroupConsumer
  private let topics: [String]

  init(_ consumer: GroupConsumer, topics: [String]) {
    self.consumer = consumer
    self.topics = topics
  }

  var status: ClientStatus { consumer.status }

  func open() throws(CDCError) { try consumer.subscribe(to: topics) }

  func poll(into batch: RecordBatch, limit: Int, patience: Duration) throws(CDCError) {
    _ = try consumer.poll(into: batch, limit: limit, patience: patience)
  }

  func commit(_ offsets: [TopicPartition: Int64]) {
    // Only tools read these; the target's own offsets are the truth, so a commit that fails costs nothing.
    try? consumer.commit(offsets, wait: false)
  }

  func seek(_ offsets: [TopicPartition: Int64]) throws(CDCError) { try consumer.seek(offsets) }

  func setPaused(_ isPaused: Bool) throws(CDCError) {
    // A rebalance while the target is waited for must not hand out records, and none may stay paused behind it.
    consumer.startsPaused = isPaused
    if isPaused { consumer.pause(consumer.assignment) } else { consumer.resume(consumer.assignment) }
  }

  var assignment: [TopicPartition] { consumer.assignment }

  var hasRefusedPartitions: Bool { consumer.hasRefusedPartitions }

  var positions: [TopicPartition: Int64] { consumer.positions }

  func exists(_ topic: String) -> Bool { (try? consumer.exists(topic)) ?? false }

  var lag: Int64? {
    let lags = consumer.lag
    return lags.isEmpty ? nil : lags.values.reduce(0, +)
  }

  func close() { consumer.close() }
}
