/// Writers of Avro's binary encoding at raw pointers, for code that has made room before. Each returns the bytes that it
/// wrote.
public enum AvroBinary {
  /// Bytes that a long or an int takes at most.
  public static let longestLong = 10

  /// A long: zigzag, then seven bits a byte, lowest first.
  @inlinable @discardableResult
  public static func writeLong(_ value: Int64, to out: UnsafeMutableRawPointer) -> Int {
    var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    var count = 0
    while rest >= 0x80 {
      out.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
      rest >>= 7
      count += 1
    }
    out.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
    return count + 1
  }

  /// An int, which is written like a long.
  @inlinable @discardableResult
  public static func writeInt(_ value: Int32, to out: UnsafeMutableRawPointer) -> Int {
    writeLong(Int64(value), to: out)
  }

  /// Bytes that a long takes.
  @inlinable public static func size(ofLong value: Int64) -> Int {
    let rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    return max(1, (64 - rest.leadingZeroBitCount + 6) / 7)
  }

  /// A boolean: one byte.
  @inlinable @discardableResult
  public static func writeBoolean(_ value: Bool, to out: UnsafeMutableRawPointer) -> Int {
    out.storeBytes(of: value ? 1 : 0, as: UInt8.self)
    return 1
  }

  /// A float: four bytes, little-endian.
  @inlinable @discardableResult
  public static func writeFloat(_ value: Float, to out: UnsafeMutableRawPointer) -> Int {
    out.storeBytes(of: value.bitPattern.littleEndian, as: UInt32.self)
    return 4
  }

  /// A double: eight bytes, little-endian.
  @inlinable @discardableResult
  public static func writeDouble(_ value: Double, to out: UnsafeMutableRawPointer) -> Int {
    out.storeBytes(of: value.bitPattern.littleEndian, as: UInt64.self)
    return 8
  }

  /// Bytes or the UTF-8 of a string behind their number. Takes up to `longestLong` bytes more than there are.
  @inlinable @discardableResult
  public static func writeBytes(_ bytes: UnsafeRawBufferPointer, to out: UnsafeMutableRawPointer) -> Int {
    let head = writeLong(Int64(bytes.count), to: out)
    if let start = bytes.baseAddress { (out + head).copyMemory(from: start, byteCount: bytes.count) }
    return head + bytes.count
  }
}
