internal import CRDKafka
internal import ChangeModel

/// librdkafka's list of partitions with offsets.
struct PartitionList: ~Copyable {
  private let list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?

  init(_ partitions: some Sequence<TopicPartition>) {
    list = rd_kafka_topic_partition_list_new(8)
    for partition in partitions { rd_kafka_topic_partition_list_add(list, partition.topic, partition.partition) }
  }

  init(_ offsets: some Collection<(key: TopicPartition, value: Int64)>) {
    list = rd_kafka_topic_partition_list_new(Int32(offsets.count))
    for (partition, offset) in offsets {
      rd_kafka_topic_partition_list_add(list, partition.topic, partition.partition).pointee.offset = offset
    }
  }

  deinit { if let list { rd_kafka_topic_partition_list_destroy(list) } }

  /// Calls `body` with the library's list, which lives at least that long.
  func with<Result: ~Copyable>(_ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) -> Result) -> Result {
    body(list)
  }

  /// The entries now.
  var entries: [Entry] { Self.entries(list) }

  /// A list's entries.
  static func entries(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>?) -> [Entry] {
    guard let list else { return [] }
    return UnsafeBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt)).map {
      Entry(
        partition: TopicPartition(topic: $0.topic.map { String(cString: $0) } ?? "", partition: $0.partition),
        offset: $0.offset, code: KafkaErrorCode($0.err))
    }
  }

  static func entries(_ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) -> [Entry] {
    entries(UnsafePointer(list))
  }

  /// A partition with its offset, or why there is none.
  struct Entry {
    var partition: TopicPartition
    var offset: Int64
    var code: KafkaErrorCode
  }
}
