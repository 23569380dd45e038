internal import ChangeModel

/// What waits in a task's retry topics: which records, and which keys because of them. It is made anew from the topics
/// whenever the task's partitions change.
///
/// Of one key, what waits in a later tier is always older than what waits in an earlier one: a record is put behind the
/// others of its key, into the tier where they are.
struct ParkedKeys {
  /// The records in each tier.
  private var records: [Set<RecordOrigin>]
  /// How many of a key wait in each tier.
  private var keys: [DeadLetterDigest: [Int32]] = [:]

  init(tiers: Int) { records = Array(repeating: [], count: tiers) }

  /// How many records wait.
  var count: Int { records.reduce(0) { $0 + $1.count } }
  var isEmpty: Bool { records.allSatisfy(\.isEmpty) }

  /// Whether this record waits in a tier.
  func contains(_ origin: RecordOrigin, tier: Int) -> Bool { records[tier].contains(origin) }

  /// The earliest tier behind `tier` (-1: of all) in which records of the key wait.
  func tier(of key: DeadLetterDigest?, after tier: Int) -> Int? {
    guard let key, let waiting = keys[key] else { return nil }
    return waiting.indices.first { $0 > tier && waiting[$0] > 0 }
  }

  /// A record was put into a tier.
  mutating func add(_ origin: RecordOrigin, _ key: DeadLetterDigest?, tier: Int) {
    guard records[tier].insert(origin).inserted, let key else { return }
    keys[key, default: Array(repeating: 0, count: records.count)][tier] += 1
  }

  /// A record left a tier.
  mutating func remove(_ origin: RecordOrigin, _ key: DeadLetterDigest?, tier: Int) {
    guard records[tier].remove(origin) != nil, let key, keys[key] != nil else { return }
    keys[key]?[tier] -= 1
    if keys[key]?.allSatisfy({ $0 == 0 }) ?? false { keys[key] = nil }
  }
}
