internal import ChangeModel
internal import JSON
internal import KafkaClient

/// Keeps a late record from setting a row back: finds which of them have a newer record of their key that was written.
///
/// A newer one that is a dead letter itself does not count, unless it was replayed. What was found is kept, so that many
/// late records cost one reading of the topic behind the oldest of them. It belongs to the task's thread.
final class ReplayGuard {
  /// A late record.
  struct Late {
    var origin: RecordOrigin
    var key: DeadLetterDigest?
  }

  /// What is to be done with a late record.
  enum Finding { case newest, superseded, unknown }

  private struct Place: Hashable {
    var partition: TopicPartition
    var offset: Int64
  }

  /// What is known of a partition.
  private struct Cover {
    /// The offset of the newest record of each key that was looked for; -1: there was none.
    var newest: [DeadLetterDigest: Int64]
    /// What was read: from this offset up to, not including, that one.
    var from: Int64
    var to: Int64
    /// The first offset that the partition still had then.
    var low: Int64
  }

  private let kafka: KafkaEnvironment
  private let deadLetterTopic: String?
  private let connector: String
  private var covers: [TopicPartition: Cover] = [:]
  private var dead: Set<Place> = []
  private var deadRead: [Int32: Int64] = [:]
  /// The newest replayed record of each key that was written.
  private var replayed: [DeadLetterDigest: Int64] = [:]

  init(_ kafka: KafkaEnvironment, deadLetterTopic: String?, connector: String) {
    self.kafka = kafka
    self.deadLetterTopic = deadLetterTopic
    self.connector = connector
  }

  /// A replayed record was written.
  func written(_ key: DeadLetterDigest?, _ offset: Int64) {
    guard let key else { return }
    replayed[key] = max(replayed[key] ?? -1, offset)
  }

  /// The finding on each of `late`. `position` tells how far a partition was written, `ahead` which late records come
  /// behind these, so that the topic is read once for all.
  func findings(
    _ late: [Late], position: (TopicPartition) -> Int64?, ahead: () throws(CDCError) -> [Late]
  ) throws(CDCError) -> [Finding] {
    var findings = Array(repeating: Finding.newest, count: late.count)
    var coming: [Late]?
    for (partition, indices) in Dictionary(grouping: late.indices, by: { late[$0].origin.partition }) {
      guard let end = position(partition) else { continue }
      let here = indices.map { late[$0] }
      if !covers(partition, here) {
        if coming == nil { coming = try ahead() }
        let all = here + (coming ?? []).filter { $0.origin.partition == partition }
        covers[partition] = Self.cover(all)
      }
      try extend(partition, to: end)
      guard let cover = covers[partition] else { continue }
      for index in indices {
        guard let key = late[index].key else { continue }
        let offset = late[index].origin.offset
        if max(cover.newest[key] ?? -1, replayed[key] ?? -1) > offset {
          findings[index] = .superseded
        } else if cover.low > offset + 1 {
          findings[index] = .unknown
        }
      }
    }
    return findings
  }

  // MARK: - Reading

  private func covers(_ partition: TopicPartition, _ late: [Late]) -> Bool {
    guard let cover = covers[partition] else { return false }
    return late.allSatisfy { entry in
      guard let key = entry.key else { return true }
      return cover.newest[key] != nil && cover.from <= entry.origin.offset + 1
    }
  }

  private static func cover(_ late: [Late]) -> Cover {
    var newest: [DeadLetterDigest: Int64] = [:]
    for entry in late { if let key = entry.key { newest[key] = -1 } }
    let from = (late.map(\.origin.offset).min() ?? 0) + 1
    return Cover(newest: newest, from: from, to: from, low: 0)
  }

  /// Reads on to where the partition was written to.
  private func extend(_ partition: TopicPartition, to end: Int64) throws(CDCError) {
    guard var cover = covers[partition], cover.to < end, !cover.newest.isEmpty else { return }
    // First these: what is a dead letter was one before its offset was passed.
    try readDeadLetters()
    let number = partition.partition
    guard
      let marks = try TopicReader(kafka.properties, topic: partition.topic, only: [number]).watermarks()[number]
    else { return }
    cover.low = marks.low
    if marks.low < end {
      let reader = TopicReader(
        kafka.properties, topic: partition.topic, start: .offsets([number: max(cover.to, marks.low)]), only: [number])
      defer { reader.close() }
      try reader.readBatches(limit: 4 << 20) { batch throws(CDCError) in
        for record in batch.records {
          guard record.offset < end else { return false }
          guard record.key.isPresent else { continue }
          let key = DeadLetterDigest(topic: partition.topic, key: batch.bytes[record.key])
          guard cover.newest[key] != nil, !dead.contains(Place(partition: partition, offset: record.offset)) else {
            continue
          }
          cover.newest[key] = record.offset
        }
        return true
      }
    }
    cover.to = end
    covers[partition] = cover
  }

  /// Reads on which records are this connector's dead letters.
  private func readDeadLetters() throws(CDCError) {
    guard let deadLetterTopic else { return }
    let reader = TopicReader(kafka.properties, topic: deadLetterTopic, start: .offsets(deadRead))
    defer { reader.close() }
    do throws(CDCError) {
      try reader.readBatches(limit: 4 << 20) { batch throws(CDCError) in
        for record in batch.records { note(record, batch, deadLetterTopic) }
        return true
      }
      deadRead = reader.positions
    } catch {
      guard error.code == .kafkaTopicMissing else { throw error }
    }
  }

  private func note(_ record: Record, _ batch: RecordBatch, _ topic: String) {
    guard let letter = DeadLetter(record, in: batch, topic: topic, connector: nil),
      letter.identity.connector == connector, let partition = letter.identity.origin.partition,
      let offset = letter.identity.origin.offset.int
    else { return }
    let origin = TopicPartition(topic: letter.identity.origin.topic, partition: partition)
    dead.insert(Place(partition: origin, offset: Int64(offset)))
  }
}
