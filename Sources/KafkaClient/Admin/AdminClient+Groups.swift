internal import CRDKafka
public import ChangeModel

extension AdminClient {
  /// A consumer group's committed offsets: all of them, or of these partitions only. Partitions without one are left out.
  public func offsets(ofGroup group: String, partitions: [TopicPartition]? = nil) throws(CDCError) -> [TopicPartition:
    Int64]
  {
    let wanted = PartitionList(partitions ?? [])
    let asked = wanted.with { rd_kafka_ListConsumerGroupOffsets_new(group, partitions == nil ? nil : $0) }
    var requests: [OpaquePointer?] = [asked]
    defer { rd_kafka_ListConsumerGroupOffsets_destroy_array(&requests, requests.count) }
    return try request(
      RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, "the offsets of group \(group) can't be read",
      send: { rd_kafka_ListConsumerGroupOffsets(client.pointer, &requests, requests.count, $0, $1) },
      read: { answer throws(CDCError) in
        var count = 0
        let results = rd_kafka_ListConsumerGroupOffsets_result_groups(
          rd_kafka_event_ListConsumerGroupOffsets_result(answer), &count)
        var offsets: [TopicPartition: Int64] = [:]
        for entry in try entries(pointers(results, count), "the offsets of group \(group) can't be read")
        where entry.offset >= 0 { offsets[entry.partition] = entry.offset }
        return offsets
      })
  }

  /// Sets a group's committed offsets. The group must have no members.
  public func alterOffsets(ofGroup group: String, _ offsets: [TopicPartition: Int64]) throws(CDCError) {
    guard !offsets.isEmpty else { return }
    let wanted = PartitionList(offsets)
    let what = "the offsets of group \(group) can't be set"
    var requests: [OpaquePointer?] = [wanted.with { rd_kafka_AlterConsumerGroupOffsets_new(group, $0) }]
    defer { rd_kafka_AlterConsumerGroupOffsets_destroy_array(&requests, requests.count) }
    try request(
      RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, what,
      send: { rd_kafka_AlterConsumerGroupOffsets(client.pointer, &requests, requests.count, $0, $1) },
      read: { answer throws(CDCError) in
        var count = 0
        let results = rd_kafka_AlterConsumerGroupOffsets_result_groups(
          rd_kafka_event_AlterConsumerGroupOffsets_result(answer), &count)
        _ = try entries(pointers(results, count), what)
      })
  }

  /// Deletes a group's committed offsets of these partitions. The group must not be subscribed to their topics.
  public func deleteOffsets(ofGroup group: String, _ partitions: [TopicPartition]) throws(CDCError) {
    guard !partitions.isEmpty else { return }
    let wanted = PartitionList(partitions)
    let what = "the offsets of group \(group) can't be deleted"
    var requests: [OpaquePointer?] = [wanted.with { rd_kafka_DeleteConsumerGroupOffsets_new(group, $0) }]
    defer { rd_kafka_DeleteConsumerGroupOffsets_destroy_array(&requests, requests.count) }
    try request(
      RD_KAFKA_ADMIN_OP_DELETECONSUMERGROUPOFFSETS, what,
      send: { rd_kafka_DeleteConsumerGroupOffsets(client.pointer, &requests, requests.count, $0, $1) },
      read: { answer throws(CDCError) in
        var count = 0
        let results = rd_kafka_DeleteConsumerGroupOffsets_result_groups(
          rd_kafka_event_DeleteConsumerGroupOffsets_result(answer), &count)
        _ = try entries(pointers(results, count), what)
      })
  }

  /// Deletes a consumer group with all its offsets; one that does not exist is passed over. It must have no members.
  public func deleteGroup(_ group: String) throws(CDCError) {
    let what = "group \(group) can't be deleted"
    var requests: [OpaquePointer?] = [rd_kafka_DeleteGroup_new(group)]
    defer { rd_kafka_DeleteGroup_destroy_array(&requests, requests.count) }
    try request(
      RD_KAFKA_ADMIN_OP_DELETEGROUPS, what,
      send: { rd_kafka_DeleteGroups(client.pointer, &requests, requests.count, $0, $1) },
      read: { answer throws(CDCError) in
        var count = 0
        let results = rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(answer), &count)
        _ = try entries(pointers(results, count), what)
      })
  }

  /// The partitions of group results; throws the first error of a group or a partition.
  private func entries(_ groups: [OpaquePointer], _ what: String) throws(CDCError) -> [PartitionList.Entry] {
    var all: [PartitionList.Entry] = []
    for group in groups {
      if let error = rd_kafka_group_result_error(group) {
        let code = KafkaErrorCode(rd_kafka_error_code(error))
        if code.rawValue == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND.rawValue { continue }
        if code != .none { throw code.error(what, detail: rd_kafka_error_string(error).map { String(cString: $0) }) }
      }
      for entry in PartitionList.entries(rd_kafka_group_result_partitions(group)) {
        guard entry.code == .none else {
          throw entry.code.error("\(what) (\(entry.partition.topic)-\(entry.partition.partition))")
        }
        all.append(entry)
      }
    }
    return all
  }
}
