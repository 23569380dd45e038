public import Avro
public import ChangeModel

extension ByteBuffer {
  /// Appends an Avro long or int.
  @inline(__always) @inlinable package mutating func appendLong(_ value: Int64) {
    let end = reserve(AvroBinary.longestLong)
    let raw = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    if raw < 0x80 {
      end.storeBytes(of: UInt8(truncatingIfNeeded: raw), as: UInt8.self)
      commit(1)
    } else {
      commit(AvroBinary.writeLong(value, to: end))
    }
  }

  /// Appends Avro bytes or the UTF-8 of an Avro string.
  @inline(__always) @inlinable package mutating func appendSized(_ bytes: UnsafeRawBufferPointer) {
    let count = bytes.count
    let end = reserve(AvroBinary.longestLong + count)
    var head = 1
    if count < 64 {
      end.storeBytes(of: UInt8(truncatingIfNeeded: count &<< 1), as: UInt8.self)
    } else {
      head = AvroBinary.writeLong(Int64(count), to: end)
    }
    if let start = bytes.baseAddress { (end + head).copyMemory(from: start, byteCount: count) }
    commit(head &+ count)
  }

  /// Appends an Avro float.
  @inlinable package mutating func appendFloat(_ value: Float) {
    commit(AvroBinary.writeFloat(value, to: reserve(4)))
  }

  /// Appends an Avro double.
  @inlinable package mutating func appendDouble(_ value: Double) {
    commit(AvroBinary.writeDouble(value, to: reserve(8)))
  }

  /// Puts an Avro length before the bytes that were appended since the buffer had `start` bytes.
  @inlinable package mutating func sizeBytes(since start: Int) {
    let count = self.count - start
    let head = AvroBinary.size(ofLong: Int64(count))
    let end = reserve(head)
    let place = end - count
    (place + head).copyMemory(from: place, byteCount: count)
    AvroBinary.writeLong(Int64(count), to: place)
    commit(head)
  }
}
