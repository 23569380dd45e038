internal import JSON

/// How and why dead letters were settled, for those who look later. All of one replay or discarding have the same value in
/// the status topic, so that what is kept is a number per dead letter.
struct DeadLetterSettlements {
  /// A value of the status topic.
  struct Settlement {
    var outcome: DeadLetterOutcome
    /// ISO 8601.
    var at: String?
    var reason: String?
  }

  private var settlements: [Settlement] = []
  private var places: [DeadLetterDigest: Int] = [:]
  private var letters: [DeadLetterDigest: Int] = [:]

  /// Notes what the status topic says of a dead letter; a null takes it back.
  mutating func note(_ letter: DeadLetterDigest, _ value: UnsafeRawBufferPointer?) {
    guard let value, let outcome = DeadLetterOutcome(value) else {
      letters[letter] = nil
      return
    }
    let digest = DeadLetterDigest(value)
    if let known = places[digest] {
      letters[letter] = known
      return
    }
    let json = try? JSONValue(parsing: value)
    settlements.append(Settlement(outcome: outcome, at: json?["at"]?.string, reason: json?["reason"]?.string))
    places[digest] = settlements.count - 1
    letters[letter] = settlements.count - 1
  }

  /// How a dead letter was settled; nil: it is open.
  subscript(letter: DeadLetterDigest) -> Settlement? { letters[letter].map { settlements[$0] } }
}
