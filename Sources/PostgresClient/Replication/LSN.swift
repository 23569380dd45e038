/// A place in PostgreSQL's write-ahead log.
public struct LSN: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The byte position.
  public var rawValue: UInt64

  /// The place at a byte position.
  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// The place before all others, which stands for "none".
  public static let zero = LSN(0)

  /// Reads the server's text form `16/B374D848`.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let high = UInt32(parts[0], radix: 16), let low = UInt32(parts[1], radix: 16) else {
      return nil
    }
    rawValue = UInt64(high) << 32 | UInt64(low)
  }

  /// The server's text form.
  public var description: String {
    String(rawValue >> 32, radix: 16, uppercase: true) + "/"
      + String(rawValue & 0xFFFF_FFFF, radix: 16, uppercase: true)
  }

  /// Earlier in the log.
  @inlinable public static func < (left: LSN, right: LSN) -> Bool { left.rawValue < right.rawValue }
}
