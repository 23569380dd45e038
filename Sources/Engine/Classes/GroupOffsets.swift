internal import ChangeModel
internal import JSON
internal import KafkaClient

/// Stored offsets of sinks whose truth is the consumer group, as Connect's REST shows and changes them.
struct GroupOffsets {
  let services: WorkerServices
  let group: SinkGroup

  func read() throws(CDCError) -> [OffsetEntry] {
    let name = group.settings.group
    let stored = try services.kafka.withAdmin { admin throws(CDCError) in try admin.offsets(ofGroup: name) }
    return stored.sorted { ($0.key.topic, $0.key.partition) < ($1.key.topic, $1.key.partition) }.map {
      partition, next in
      OffsetEntry(
        partition: ["kafka_topic": .string(partition.topic), "kafka_partition": .integer(partition.partition)],
        offset: ["kafka_offset": .integer(next)])
    }
  }

  /// Sets offsets, a null one resets its partition; nil resets all.
  func alter(_ changes: [OffsetEntry]?) throws(CDCError) {
    let name = group.settings.group
    var kept: [TopicPartition: Int64] = [:]
    var gone: [TopicPartition] = []
    for change in changes ?? [] {
      let (partition, offset) = try SinkOffsetEntry.read(change)
      if let offset { kept[partition] = offset } else { gone.append(partition) }
    }
    try services.kafka.withAdmin { admin throws(CDCError) in
      if changes == nil { gone = try admin.offsets(ofGroup: name).keys.map { $0 } }
      if !kept.isEmpty { try admin.alterOffsets(ofGroup: name, kept) }
      if !gone.isEmpty { try admin.deleteOffsets(ofGroup: name, gone) }
    }
  }
}

/// A sink's offset as Connect's REST takes it.
enum SinkOffsetEntry {
  /// Reads an entry. Throws an error of class `poison`, which is a bad request, for anything that is none.
  static func read(_ entry: OffsetEntry) throws(CDCError) -> (TopicPartition, Int64?) {
    guard let topic = entry.partition["kafka_topic"]?.string,
      let partition = entry.partition["kafka_partition"].flatMap(number).flatMap({ Int32(exactly: $0) })
    else {
      throw CDCError(.badOffset, "the partition of a sink's offset needs kafka_topic and kafka_partition")
    }
    if entry.offset.isNull { return (TopicPartition(topic: topic, partition: partition), nil) }
    guard let offset = entry.offset["kafka_offset"].flatMap(number), offset >= 0 else {
      throw CDCError(.badOffset, "the offset of \(topic), partition \(partition), needs kafka_offset, a number from 0")
    }
    return (TopicPartition(topic: topic, partition: partition), Int64(offset))
  }

  private static func number(_ value: JSONValue) -> Int? { value.int ?? value.string.flatMap { Int($0) } }
}
