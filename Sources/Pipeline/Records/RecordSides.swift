/// The parts of a record that a stage looks into.
public struct RecordSides: OptionSet, Sendable {
  /// Which parts.
  public let rawValue: UInt8

  /// A set of parts.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The key.
  public static let key = RecordSides(rawValue: 1)
  /// The value.
  public static let value = RecordSides(rawValue: 2)
}

/// One of the two payloads of a record: what a `$Key` or `$Value` stage works on.
enum RecordSide: String, Sendable {
  case key
  case value

  var sides: RecordSides { self == .key ? .key : .value }

  /// `Key` or `Value`, as it stands behind the `$` of a class name.
  var suffix: String { self == .key ? "Key" : "Value" }
}
