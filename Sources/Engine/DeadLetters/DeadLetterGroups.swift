internal import ChangeModel
internal import JSON
internal import Telemetry

/// Counts dead letters by cause while they are read: what it keeps is one entry per cause, and 16 bytes per dead letter
/// to know those that were written twice.
struct DeadLetterGroups {
  /// The dead letters of one cause.
  struct Group {
    var fingerprint: String
    var connector: String
    var sourceTopic: String
    var code: String
    var failureClass: String?
    var pointer: String?
    var message: String?
    var open = 0
    var replayed = 0
    var discarded = 0
    var first = Int64.max
    var last = Int64.min
  }

  private(set) var groups: [Group] = []
  private var places: [DeadLetterDigest: Int] = [:]
  private var seen: Set<DeadLetterDigest> = []
  private let outcomes: [DeadLetterDigest: DeadLetterOutcome]

  private let all: Bool

  /// `all`: also what is settled.
  init(outcomes: [DeadLetterDigest: DeadLetterOutcome], all: Bool) {
    self.outcomes = outcomes
    self.all = all
  }

  /// Counts one.
  mutating func add(_ letter: DeadLetter) {
    let outcome = outcomes[letter.digest]
    guard all || outcome == nil, seen.insert(letter.digest).inserted else { return }
    let place = place(of: letter)
    switch outcome {
    case nil: groups[place].open += 1
    case .replayed: groups[place].replayed += 1
    case .discarded: groups[place].discarded += 1
    }
    guard letter.record.timestamp >= 0 else { return }
    groups[place].first = min(groups[place].first, letter.record.timestamp)
    groups[place].last = max(groups[place].last, letter.record.timestamp)
  }

  private mutating func place(of letter: DeadLetter) -> Int {
    if let text = letter.headers[.fingerprint] {
      let digest = DeadLetterDigest(text)
      if let known = places[digest] { return known }
      return make(letter, digest)
    }
    let digest = DeadLetterDigest(letter.fingerprint.utf8)
    return places[digest] ?? make(letter, digest)
  }

  private mutating func make(_ letter: DeadLetter, _ digest: DeadLetterDigest) -> Int {
    groups.append(
      Group(
        fingerprint: letter.fingerprint, connector: letter.identity.connector,
        sourceTopic: letter.identity.origin.topic, code: letter.code, failureClass: letter.failureClass,
        pointer: letter.headers.text(.pointer), message: letter.headers.text(.message)))
    places[digest] = groups.count - 1
    return groups.count - 1
  }
}

extension DeadLetterGroups.Group {
  /// As `dlq list` shows it; `all`: settled ones count too, and how they were settled is said.
  func json(topic: String, all: Bool) -> JSONValue {
    var entry: JSONObject = [
      "topic": .string(topic), "fingerprint": .string(fingerprint),
      "count": .integer(all ? open + replayed + discarded : open), "first_seen": Self.moment(first),
      "last_seen": Self.moment(last), "connector": .string(connector), "source_topic": .string(sourceTopic),
      "code": .string(code), "class": Self.text(failureClass), "pointer": Self.text(pointer),
      "message": Self.text(message),
    ]
    if all {
      entry["open"] = .integer(open)
      entry["replayed"] = .integer(replayed)
      entry["discarded"] = .integer(discarded)
    }
    return .object(entry)
  }

  private static func moment(_ milliseconds: Int64) -> JSONValue {
    // No record had a timestamp.
    guard milliseconds != .max, milliseconds != .min else { return .null }
    return .string(Timestamp.text(milliseconds &* 1_000_000))
  }

  private static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
