internal import ChangeModel

/// Which records of a batch are new by the claimed offsets, and how far each partition gets with it.
final class BatchProgress {
  private struct Part {
    var topic: Int32
    var partition: Int32
    var name: TopicPartition
    var claim: OffsetTable.Claim
  }

  private let batch: RecordBatch
  private var parts: [Part] = []
  private var last = 0
  /// A partition that the task does not own.
  private(set) var unclaimed: TopicPartition?

  init(_ batch: RecordBatch, _ claims: [TopicPartition: OffsetTable.Claim]) {
    self.batch = batch
    var previous: (Int32, Int32) = (-1, -1)
    for record in batch.records where (record.consumedTopic, record.partition) != previous {
      previous = (record.consumedTopic, record.partition)
      guard !parts.contains(where: { $0.topic == previous.0 && $0.partition == previous.1 }) else { continue }
      let name = TopicPartition(topic: batch.topics[Int(previous.0)], partition: record.partition)
      guard let claim = claims[name] else {
        unclaimed = name
        continue
      }
      parts.append(Part(topic: previous.0, partition: record.partition, name: name, claim: claim))
    }
  }

  /// Whether a record was not written before.
  func isNew(_ record: Record) -> Bool {
    guard let part = find(record) else { return false }
    return record.offset >= parts[part].claim.next ?? 0
  }

  /// The offsets behind the new records of `range`.
  func moves(in range: Range<Int>) -> [(partition: TopicPartition, claim: OffsetTable.Claim, next: Int64)] {
    var next = [Int64?](repeating: nil, count: parts.count)
    for record in batch.records[range] {
      guard let part = find(record), record.offset >= parts[part].claim.next ?? 0 else { continue }
      next[part] = record.offset + 1
    }
    return parts.indices.compactMap { part in next[part].map { (parts[part].name, parts[part].claim, $0) } }
  }

  /// These moves are durable: what is before them is no longer new.
  func written(_ moves: [(partition: TopicPartition, claim: OffsetTable.Claim, next: Int64)]) {
    for move in moves {
      guard let part = parts.firstIndex(where: { $0.name == move.partition }) else { continue }
      parts[part].claim.next = move.next
    }
  }

  /// The offset behind the last record of each partition.
  var ends: [TopicPartition: Int64] {
    var next: [TopicPartition: Int64] = [:]
    var at = batch.records.count
    while at > 0, next.count < parts.count {
      at -= 1
      guard let part = find(batch.records[at]), next[parts[part].name] == nil else { continue }
      next[parts[part].name] = batch.records[at].offset + 1
    }
    return next
  }

  private func find(_ record: Record) -> Int? {
    let topic = record.consumedTopic
    if last < parts.count, parts[last].topic == topic, parts[last].partition == record.partition { return last }
    guard let found = parts.firstIndex(where: { $0.topic == topic && $0.partition == record.partition }) else {
      return nil
    }
    last = found
    return found
  }
}
