internal import Flow
internal import JSON
internal import Telemetry

/// What became of a dead letter.
enum DeadLetterOutcome: String {
  case replayed, discarded

  /// Reads the value of a status record; nil: it is open again.
  init?(_ value: UnsafeRawBufferPointer?) {
    guard let value else { return nil }
    for outcome in [Self.replayed, .discarded] where value.starts(with: #"{"outcome":"\#(outcome)""#.utf8) {
      self = outcome
      return
    }
    guard let text = (try? JSONValue(parsing: value))?["outcome"]?.string else { return nil }
    self.init(rawValue: text)
  }

  /// The value of a status record as it is written now.
  func statusValue(reason: String?) -> [UInt8] {
    let value: JSONValue = [
      "outcome": .string(rawValue), "at": .string(Timestamp.text(SystemTime.wallNanoseconds)),
      "reason": reason.map { .string($0) } ?? .null,
    ]
    return value.utf8
  }
}
