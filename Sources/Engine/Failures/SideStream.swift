internal import ChangeModel
internal import KafkaClient

/// One side topic as a task reads it: in order, from its beginning, of all partitions. What is not this task's is passed
/// over by who takes the records.
final class SideStream {
  /// The topic.
  let topic: String
  /// The tier whose topic it is; -1: replays.
  let tier: Int
  private let properties: KafkaProperties
  private var reader: TopicReader?
  private let read = RecordBatch(capacity: 1 << 12)
  private var cursor = 0

  init(_ properties: KafkaProperties, topic: String, tier: Int) {
    self.properties = properties
    self.topic = topic
    self.tier = tier
  }

  /// Calls `body` with the next record, without waiting, as long as it says true. The record it says false to is the
  /// next one again.
  func take(
    _ body: (_ record: Record, _ batch: RecordBatch) throws(CDCError) -> Bool
  ) throws(CDCError) {
    while true {
      if cursor >= read.records.count {
        read.reset()
        cursor = 0
        let reader = self.reader ?? TopicReader(properties, topic: topic)
        self.reader = reader
        _ = try reader.poll(into: read, limit: 1 << 20, patience: .zero)
        guard !read.records.isEmpty else { return }
      }
      guard try body(read.records[cursor], read) else { return }
      cursor += 1
    }
  }

  /// Calls `body` with every record that is there now, apart from what `take` does.
  func scan(_ body: (_ record: Record, _ batch: RecordBatch) throws(CDCError) -> Void) throws(CDCError) {
    let reader = TopicReader(properties, topic: topic)
    defer { reader.close() }
    try reader.readBatches(limit: 4 << 20) { batch throws(CDCError) in
      for record in batch.records { try body(record, batch) }
      return true
    }
  }

  func close() {
    reader?.close()
    reader = nil
    read.reset()
    cursor = 0
  }
}
