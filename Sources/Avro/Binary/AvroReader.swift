/// Reads Avro's binary encoding from bytes that may be anything: every step is checked against their end. The bytes must
/// outlive the reader.
public struct AvroReader {
  /// All bytes.
  public let bytes: UnsafeRawBufferPointer
  /// The next byte to read.
  public var position: Int

  /// A reader at a position (by default the first byte) of bytes.
  @inlinable public init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
    self.bytes = bytes
    self.position = min(max(position, 0), bytes.count)
  }

  /// Bytes that are left.
  @inlinable public var remaining: Int { bytes.count - position }

  /// Whether all bytes were read.
  @inlinable public var isAtEnd: Bool { position >= bytes.count }

  /// A long.
  @inlinable public mutating func readLong() throws(AvroError) -> Int64 {
    guard position < bytes.count else { throw Self.truncated() }
    let first = bytes[position]
    if first < 0x80 {
      position += 1
      return Int64(first >> 1) ^ -Int64(first & 1)
    }
    return try readLongSlowly()
  }

  @usableFromInline mutating func readLongSlowly() throws(AvroError) -> Int64 {
    var raw: UInt64 = 0
    var shift: UInt64 = 0
    var at = position
    while true {
      guard at < bytes.count else { throw Self.truncated() }
      let byte = bytes[at]
      at += 1
      guard shift < 63 || byte <= 1 else { throw AvroError("a number is longer than 64 bits") }
      raw |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { break }
      shift += 7
    }
    position = at
    return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
  }

  /// An int.
  @inlinable public mutating func readInt() throws(AvroError) -> Int32 {
    guard let value = Int32(exactly: try readLong()) else { throw Self.wide() }
    return value
  }

  /// A boolean.
  @inlinable public mutating func readBoolean() throws(AvroError) -> Bool {
    let byte = try readFixed(1)[0]
    guard byte <= 1 else { throw Self.notBoolean() }
    return byte == 1
  }

  /// A float.
  @inlinable public mutating func readFloat() throws(AvroError) -> Float {
    Float(bitPattern: UInt32(littleEndian: try readFixed(4).loadUnaligned(as: UInt32.self)))
  }

  /// A double.
  @inlinable public mutating func readDouble() throws(AvroError) -> Double {
    Double(bitPattern: UInt64(littleEndian: try readFixed(8).loadUnaligned(as: UInt64.self)))
  }

  /// Bytes or a string's UTF-8 (which is not checked here).
  @inlinable public mutating func readBytes() throws(AvroError) -> UnsafeRawBufferPointer {
    let count = try readLong()
    guard count >= 0 else { throw Self.negativeLength() }
    guard count <= Int64(remaining) else { throw Self.truncated() }
    return try readFixed(Int(count))
  }

  /// That many bytes.
  @inlinable public mutating func readFixed(_ count: Int) throws(AvroError) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= remaining else { throw Self.truncated() }
    let start = position
    position += count
    return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
  }

  /// The branch of a union with `count` branches.
  @inlinable public mutating func readBranch(of count: Int) throws(AvroError) -> Int {
    let index = try readLong()
    guard index >= 0, index < Int64(count) else { throw Self.wrongBranch() }
    return Int(index)
  }

  // One function per error keeps the fast paths small.
  @usableFromInline static func truncated() -> AvroError { AvroError("the bytes end in the middle of a value") }
  @usableFromInline static func negativeLength() -> AvroError { AvroError("a length is negative") }
  @usableFromInline static func wide() -> AvroError { AvroError("an int is wider than 32 bits") }
  @usableFromInline static func notBoolean() -> AvroError { AvroError("a boolean is neither 0 nor 1") }
  @usableFromInline static func wrongBranch() -> AvroError { AvroError("a union has no branch of this number") }
}
