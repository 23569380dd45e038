/// A text that can't be printed, logged or dumped by accident; it has to be revealed by name.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The text itself: only for handing it to a client library.
  public let revealed: String

  /// Hides a text.
  public init(_ text: String) { revealed = text }

  /// Whether there is no text.
  public var isEmpty: Bool { revealed.isEmpty }

  /// `[hidden]`, as Kafka prints passwords.
  public var description: String { "[hidden]" }
  /// `[hidden]`.
  public var debugDescription: String { "[hidden]" }
  /// Nothing to look into.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
