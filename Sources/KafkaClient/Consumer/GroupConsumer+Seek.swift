internal import CRDKafka
public import ChangeModel

extension GroupConsumer {
  /// Goes on reading at these offsets. Partitions of the assignment that are not named go on where they are.
  ///
  /// The assignment is made anew with the offsets, which drops what was fetched already; the library's own seek has a
  /// time-out that is a thousand times too short before its version 2.1.
  public func seek(_ offsets: [TopicPartition: Int64]) throws(CDCError) {
    var all = positions
    for partition in assignment { if let wanted = offsets[partition] { all[partition] = wanted } }
    let unknown = assignment.filter { all[$0] == nil }
    all.merge(try committedOffsets(unknown)) { known, _ in known }
    for partition in unknown where all[partition] == nil { all[partition] = startOffset }
    let list = PartitionList(all)
    let code = KafkaErrorCode(list.with { rd_kafka_assign(client.pointer, $0) })
    guard code == .none else { throw code.error("group \(settings.group) can't go back to offsets of its target") }
  }

  private var startOffset: Int64 {
    switch settings.start {
    case .earliest: Int64(RD_KAFKA_OFFSET_BEGINNING)
    case .latest: Int64(RD_KAFKA_OFFSET_END)
    default: Int64(RD_KAFKA_OFFSET_INVALID)
    }
  }
}
