internal import ChangeModel
internal import JSON
internal import KafkaClient

/// Keeps a late record from setting a row back: finds which of them have a newer record of their key that was written.
///
/// A newer one that is a dead letter itself does not count, unless it was replayed before.
struct ReplayGuard {
  /// A late record.
  struct Late {
    var origin: RecordOrigin
    var key: DeadLetterDigest?
  }

  /// What is to be done with a late record.
  enum Finding { case newest, superseded, unknown }

  let kafka: KafkaEnvironment
  let deadLetterTopic: String?
  let connector: String

  /// The finding on each of `late`. `position` tells how far a partition was written, `wasReplayed` which replays were.
  func findings(
    _ late: [Late], position: (TopicPartition) -> Int64?, wasReplayed: (TopicPartition, Int64) -> Bool
  ) throws(CDCError) -> [Finding] {
    var findings = Array(repeating: Finding.newest, count: late.count)
    let byPartition = Dictionary(grouping: late.indices, by: { late[$0].origin.partition })
    var dead: Set<Place>?
    for (partition, indices) in byPartition {
      guard let end = position(partition) else { continue }
      var newest: [DeadLetterDigest: Int64] = [:]
      for index in indices {
        if let key = late[index].key { newest[key] = -1 }
      }
      let first = (indices.map { late[$0].origin.offset }.min() ?? 0) + 1
      guard !newest.isEmpty, first < end else { continue }
      if dead == nil { dead = try deadPlaces() }
      let known = dead ?? []
      let low = try scan(partition, from: first, to: end) { offset, key in
        let digest = DeadLetterDigest(topic: partition.topic, key: key)
        guard newest[digest] != nil else { return }
        let isDead = known.contains(Place(partition: partition, offset: offset)) && !wasReplayed(partition, offset)
        if !isDead { newest[digest] = offset }
      }
      for index in indices {
        guard let key = late[index].key else { continue }
        let offset = late[index].origin.offset
        if (newest[key] ?? -1) > offset {
          findings[index] = .superseded
        } else if low > offset + 1 {
          findings[index] = .unknown
        }
      }
    }
    return findings
  }

  private struct Place: Hashable {
    var partition: TopicPartition
    var offset: Int64
  }

  /// Calls `body` with the keys of a part of a partition. Returns the first offset that the partition still has.
  private func scan(
    _ partition: TopicPartition, from first: Int64, to end: Int64,
    _ body: (_ offset: Int64, _ key: UnsafeRawBufferPointer) -> Void
  ) throws(CDCError) -> Int64 {
    let number = partition.partition
    let asking = TopicReader(kafka.properties, topic: partition.topic, only: [number])
    guard let marks = try asking.watermarks()[number] else { return 0 }
    guard marks.low < end else { return marks.low }
    let reader = TopicReader(
      kafka.properties, topic: partition.topic, start: .offsets([number: max(first, marks.low)]), only: [number])
    defer { reader.close() }
    try reader.readBatches(limit: 4 << 20) { batch throws(CDCError) in
      for record in batch.records {
        guard record.offset < end else { return false }
        if record.key.isPresent { body(record.offset, batch.bytes[record.key]) }
      }
      return true
    }
    return marks.low
  }

  /// The places of this connector's dead letters.
  private func deadPlaces() throws(CDCError) -> Set<Place> {
    guard let deadLetterTopic else { return [] }
    var places: Set<Place> = []
    let reader = TopicReader(kafka.properties, topic: deadLetterTopic)
    defer { reader.close() }
    do throws(CDCError) {
      try reader.readBatches(limit: 4 << 20) { batch throws(CDCError) in
        for record in batch.records {
          guard let letter = DeadLetter(record, in: batch, topic: deadLetterTopic, connector: nil),
            letter.identity.connector == connector, let partition = letter.identity.origin.partition,
            let offset = letter.identity.origin.offset.int
          else { continue }
          places.insert(
            Place(
              partition: TopicPartition(topic: letter.identity.origin.topic, partition: partition),
              offset: Int64(offset)))
        }
        return true
      }
    } catch {
      guard error.code == .kafkaTopicMissing else { throw error }
    }
    return places
  }
}
