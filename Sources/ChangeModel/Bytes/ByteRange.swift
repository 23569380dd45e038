/// Where a run of bytes lies in a buffer, or that there is none (a null, which is not the same as an empty run).
@frozen public struct ByteRange: Sendable, Hashable {
  /// The first byte's place in the buffer.
  public var offset: UInt32
  /// The number of bytes.
  public var count: UInt32

  /// Bytes `offset ..< offset + count`.
  @inlinable public init(offset: Int, count: Int) {
    self.offset = UInt32(truncatingIfNeeded: offset)
    self.count = UInt32(truncatingIfNeeded: count)
  }

  /// No bytes at all: a null.
  @inlinable public static var none: ByteRange { ByteRange(offset: Int(UInt32.max), count: 0) }

  /// Whether there is a value, empty or not.
  @inlinable public var isPresent: Bool { offset != UInt32.max }

  /// The place behind the last byte.
  @inlinable public var end: Int { Int(offset) &+ Int(count) }
}
