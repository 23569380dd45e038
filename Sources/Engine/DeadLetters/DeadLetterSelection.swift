internal import ChangeModel

/// Which dead letters of a topic are meant: all, those of one cause, or one by its place in the topic.
struct DeadLetterSelection: Equatable {
  /// Those of this fingerprint.
  var fingerprint: String?
  /// The one at this place.
  var place: Place?

  /// A place in the DLQ topic.
  struct Place: Equatable {
    var partition: Int32
    var offset: Int64
  }

  /// Whether a dead letter is meant.
  func contains(_ letter: DeadLetter) -> Bool {
    if let place, place.partition != letter.record.partition || place.offset != letter.record.offset { return false }
    guard let fingerprint else { return true }
    return letter.fingerprint == fingerprint
  }

  /// Whether some are left out.
  var isNarrow: Bool { fingerprint != nil || place != nil }

  /// What it says, for errors.
  var text: String {
    var parts: [String] = []
    if let fingerprint { parts.append("with fingerprint \(fingerprint)") }
    if let place { parts.append("at partition \(place.partition), offset \(place.offset)") }
    return parts.joined(separator: " ")
  }
}
