/// Why a text is not an Avro schema, bytes are not a value of a schema, or a value does not fit one. Never holds a
/// value from the data.
public struct AvroError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public var message: String
  /// Where: names of records and fields, outermost first.
  public var path: [String]

  /// An error at no particular place yet.
  public init(_ message: String, path: [String] = []) {
    self.message = message
    self.path = path
  }

  /// `after.email: the bytes end in the middle of a value`.
  public var description: String {
    path.isEmpty ? message : "\(path.joined(separator: ".")): \(message)"
  }

  /// The same error, one level further in.
  func inside(_ name: String) -> AvroError { AvroError(message, path: [name] + path) }
}
