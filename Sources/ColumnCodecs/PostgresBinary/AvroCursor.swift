/// Reads Avro's binary encoding from bytes that stay where they are. A read past the end or a malformed number puts it
/// into the failed state, in which every further read gives zero; so a whole row is read first and checked once.
///
/// https://avro.apache.org/docs/1.11.1/specification/#binary-encoding
@frozen public struct AvroCursor {
  /// The next byte to read.
  public var at: UnsafePointer<UInt8>
  /// Behind the last byte.
  public let end: UnsafePointer<UInt8>
  /// Whether something could not be read.
  public var hasFailed = false

  /// Reads `count` bytes from `start` on; they must outlive the cursor.
  @inlinable public init(_ start: UnsafePointer<UInt8>, count: Int) {
    at = start
    end = start + count
  }

  /// The number of bytes left.
  @inlinable public var remaining: Int { end - at }

  /// A zigzag number of variable length.
  @inlinable public mutating func long() -> Int64 {
    if at < end, at.pointee < 0x80 {
      let byte = UInt64(at.pointee)
      at += 1
      return Int64(bitPattern: byte >> 1) ^ -Int64(bitPattern: byte & 1)
    }
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while at < end, shift < 64 {
      let byte = at.pointee
      at += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
      shift += 7
    }
    fail()
    return 0
  }

  /// Passes over a number of variable length.
  @inlinable public mutating func skipLong() {
    var length = 0
    while at < end, length < 10 {
      let byte = at.pointee
      at += 1
      length += 1
      if byte < 0x80 { return }
    }
    fail()
  }

  /// The length in front of bytes or a string, checked against what is left.
  @inlinable public mutating func count() -> Int {
    let count = long()
    guard count >= 0, count <= Int64(remaining) else {
      fail()
      return 0
    }
    return Int(count)
  }

  /// Passes over `count` bytes.
  @inlinable public mutating func skip(_ count: Int) {
    guard count <= remaining else { return fail() }
    at += count
  }

  /// Enters the failed state.
  @inlinable public mutating func fail() {
    hasFailed = true
    at = end
  }
}

/// How a value without parts lies in Avro's encoding.
@frozen public enum AvroShape: UInt8, Sendable {
  /// No bytes.
  case nothing
  /// One byte (boolean).
  case byte
  /// A zigzag number (int, long, enum).
  case number
  /// Four bytes, little-endian (float).
  case four
  /// Eight bytes, little-endian (double).
  case eight
  /// A length and bytes (bytes, string).
  case counted
  /// Anything with parts: array, map, record, fixed.
  case nested
}
