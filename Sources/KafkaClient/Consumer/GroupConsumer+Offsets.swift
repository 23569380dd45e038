internal import CRDKafka
public import ChangeModel

extension GroupConsumer {
  private static let patience: Int32 = 10_000

  /// The group's committed offsets of these partitions; those without one are left out. An offset that can't be read is
  /// an error, never none.
  public func committedOffsets(_ partitions: [TopicPartition]) throws(CDCError) -> [TopicPartition: Int64] {
    let list = PartitionList(partitions)
    let code = KafkaErrorCode(list.with { rd_kafka_committed(client.pointer, $0, Self.patience) })
    guard code == .none else {
      throw CDCError(
        .kafkaCommittedOffset, "the offsets of group \(settings.group) can't be read", cause: code.description)
    }
    var offsets: [TopicPartition: Int64] = [:]
    for entry in list.entries {
      guard entry.code == .none else {
        throw CDCError(
          .kafkaCommittedOffset,
          "the offset of group \(settings.group) for \(entry.partition.topic)-\(entry.partition.partition) can't be read",
          cause: entry.code.description)
      }
      if entry.offset >= 0 { offsets[entry.partition] = entry.offset }
    }
    return offsets
  }

  /// The next offset to read of each partition of the assignment, where known.
  public var positions: [TopicPartition: Int64] {
    let list = PartitionList(assignment)
    let code = list.with { rd_kafka_position(client.pointer, $0) }
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { return [:] }
    return Dictionary(
      list.entries.filter { $0.offset >= 0 }.map { ($0.partition, $0.offset) }, uniquingKeysWith: { $1 })
  }

  /// Whether a topic is there, asked with this member's own connection. Throws what keeps the answer away.
  public func exists(_ topic: String, patience: Duration = .seconds(2)) throws(CDCError) -> Bool {
    (try Metadata.one(topic, client, patience: patience)?.partitionCount ?? 0) > 0
  }

  /// Records that wait in each partition of the assignment, as far as the last fetch knows; it asks no broker. The end
  /// is that of committed transactions; offsets have gaps, so this is an upper bound.
  public var lag: [TopicPartition: Int64] {
    var lag: [TopicPartition: Int64] = [:]
    for (partition, position) in positions {
      var low: Int64 = 0
      var high: Int64 = 0
      let code = rd_kafka_get_watermark_offsets(client.pointer, partition.topic, partition.partition, &low, &high)
      if code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 { lag[partition] = max(high - position, 0) }
    }
    return lag
  }
}
