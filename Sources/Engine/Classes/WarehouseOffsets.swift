internal import ChangeModel
internal import JSON
internal import KafkaClient
internal import WarehouseSink

/// Stored offsets of warehouse sinks, as Connect's REST shows and changes them: in the target, which is the truth, and in
/// the consumer group, which tools look at.
struct WarehouseOffsets {
  let services: WorkerServices

  func read(_ name: String, _ config: WarehouseConfig) throws(CDCError) -> [OffsetEntry] {
    let stored = try StoredSinkOffsets(config, name: name, clusterID: services.kafka.clusterID ?? "").read()
    // How far side topics were read is the engine's own business: what was replayed once stays so.
    return stored.filter { !SideOffsets.isSide($0.key) }.sorted {
      ($0.key.topic, $0.key.partition) < ($1.key.topic, $1.key.partition)
    }.map {
      partition, next in
      OffsetEntry(
        partition: ["kafka_topic": .string(partition.topic), "kafka_partition": .integer(partition.partition)],
        offset: ["kafka_offset": .integer(next)])
    }
  }

  /// Sets offsets, a null one resets its partition; nil resets all.
  func alter(_ name: String, _ config: WarehouseConfig, _ group: String, _ changes: [OffsetEntry]?) throws(CDCError) {
    let target = StoredSinkOffsets(config, name: name, clusterID: services.kafka.clusterID ?? "")
    var offsets: [TopicPartition: Int64?] = [:]
    if let changes {
      for change in changes {
        let (partition, offset) = try SinkOffsetEntry.read(change)
        offsets.updateValue(offset, forKey: partition)
      }
    } else {
      for partition in try target.read().keys where !SideOffsets.isSide(partition) {
        offsets.updateValue(nil, forKey: partition)
      }
    }
    try target.set(offsets)
    guard services.kafka.embedded == nil else { return }
    let kept = offsets.compactMapValues { $0 }
    let gone = offsets.filter { $0.value == nil }.map(\.key)
    try services.kafka.withAdmin { admin throws(CDCError) in
      if !kept.isEmpty { try admin.alterOffsets(ofGroup: group, kept) }
      if !gone.isEmpty { try admin.deleteOffsets(ofGroup: group, gone) }
    }
  }
}
