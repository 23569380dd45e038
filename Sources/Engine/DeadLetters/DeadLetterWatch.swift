internal import ChangeModel
internal import Flow
internal import KafkaClient

/// What is open in one topic of dead letters, kept up by reading on what came since the last look.
struct DeadLetterWatch {
  /// What of it is open for one connector and code.
  struct Cause: Hashable {
    var connector: String
    var code: String
  }

  private struct Open {
    var cause: Int32
    var timestamp: Int64
  }

  /// How far a topic was read.
  private struct Place {
    /// The next offset of each partition.
    var positions: [Int32: Int64] = [:]
    /// The first and the next offset that each partition had at the last look.
    var marks: [Int32: (low: Int64, high: Int64)] = [:]

    var start: TopicReader.Start { positions.isEmpty ? .beginning : .offsets(positions) }
  }

  private(set) var causes: [Cause] = []
  private var places: [Cause: Int32] = [:]
  private var open: [DeadLetterDigest: Open] = [:]
  private var settled: Set<DeadLetterDigest> = []
  private var letters = Place()
  private var outcomes = Place()

  /// Reads on. False: nothing changed.
  mutating func update(_ source: DeadLetterTopic, stop: StopFlag) throws(CDCError) -> Bool {
    guard let now = try source.marks(of: source.name) else {
      let was = open.isEmpty
      self = DeadLetterWatch()
      return !was
    }
    // What retention took away is no longer open; which that was is known only by reading what is left.
    let isTrimmed = now.contains { mark in letters.marks[mark.key].map { $0.low < mark.value.low } ?? false }
    if isTrimmed || now.count < letters.marks.count { self = DeadLetterWatch() }
    let status = try source.marks(of: source.statusTopic) ?? [:]
    let isCurrent = Self.equal(now, letters.marks) && Self.equal(status, outcomes.marks)
    guard !isCurrent else { return false }
    // An error in between does no harm: what was read counts, and reading goes on behind it.
    try source.forEach(from: letters.start, stop: stop) { letter throws(CDCError) in
      add(letter)
      return true
    }
    if !status.isEmpty { try readOutcomes(source, stop) }
    letters.marks = now
    outcomes.marks = status
    return true
  }

  /// What is open by cause: how many, and the timestamp of the oldest in milliseconds.
  var counts: [Cause: (count: Int, oldest: Int64?)] {
    var counts: [(count: Int, oldest: Int64?)] = causes.map { _ in (0, nil) }
    for entry in open.values {
      counts[Int(entry.cause)].count += 1
      guard entry.timestamp >= 0 else { continue }
      counts[Int(entry.cause)].oldest = min(counts[Int(entry.cause)].oldest ?? .max, entry.timestamp)
    }
    return Dictionary(uniqueKeysWithValues: zip(causes, counts))
  }

  private mutating func add(_ letter: DeadLetter) {
    letters.positions[letter.record.partition] = letter.record.offset + 1
    guard !settled.contains(letter.digest), open[letter.digest] == nil else { return }
    let cause = Cause(connector: letter.identity.connector, code: letter.code)
    let place = places[cause] ?? Int32(causes.count)
    if Int(place) == causes.count {
      causes.append(cause)
      places[cause] = place
    }
    open[letter.digest] = Open(cause: place, timestamp: letter.record.timestamp)
  }

  private mutating func readOutcomes(_ source: DeadLetterTopic, _ stop: StopFlag) throws(CDCError) {
    try source.forEachOutcome(from: outcomes.start, stop: stop) { record, digest, outcome throws(CDCError) in
      outcomes.positions[record.partition] = record.offset + 1
      if outcome == nil {
        settled.remove(digest)
      } else {
        settled.insert(digest)
        open[digest] = nil
      }
    }
  }

  private static func equal(
    _ one: [Int32: (low: Int64, high: Int64)], _ other: [Int32: (low: Int64, high: Int64)]
  ) -> Bool {
    one.count == other.count
      && one.allSatisfy { partition, mark in other[partition].map { $0 == mark } ?? false }
  }
}
