/// Something that a test stands on did not work: a program that can't be started, a server that does not come up.
public struct TestSupportError: Error, CustomStringConvertible, Sendable {
  /// What, and what it said.
  public let description: String

  /// An error.
  public init(_ description: String) { self.description = description }
}
