internal import CRDKafka
internal import ChangeModel

extension GroupConsumer {
  /// Has the library fetch on for the partitions of a batch that was just taken from its queue.
  ///
  /// A broker's thread that found the queue full looks again only when something else wakes it, up to a second later
  /// (https://github.com/confluentinc/librdkafka/issues/2879, before `fetch.queue.backoff.ms` of its version 2.2), while
  /// a queue of 16 MiB is read in a third of that. A request to the partitions' leaders wakes them; its answer is not
  /// waited for.
  func wakeFetchers(for batch: RecordBatch, from first: Int) {
    guard rd_kafka_version() < Self.fetchesOnByItself else { return }
    var seen: Set<Int64> = []
    var partitions: [TopicPartition] = []
    var last: Int64 = -1
    for record in batch.records[first...] {
      let mark = Int64(record.topic) << 32 | Int64(record.partition)
      guard mark != last, partitions.count < Self.mostWoken else { continue }
      last = mark
      guard seen.insert(mark).inserted else { continue }
      partitions.append(TopicPartition(topic: topics.names[Int(record.topic)], partition: record.partition))
    }
    guard !partitions.isEmpty else { return }
    let list = PartitionList(partitions.map { (key: $0, value: Int64.max / 2) })
    _ = list.with { rd_kafka_offsets_for_times(client.pointer, $0, 0) }
  }

  private static let fetchesOnByItself: Int32 = 0x0202_00ff
  /// Enough to reach each leader of a usual cluster; the request stays small.
  private static let mostWoken = 16
}
