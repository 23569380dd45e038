/// Kafka's murmur2, by which Java's client picks the partition of a key.
public enum Murmur2 {
  /// The hash of a key.
  public static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let multiplier: UInt32 = 0x5bd1_e995
    var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
    let whole = bytes.count & ~3
    for at in stride(from: 0, to: whole, by: 4) {
      var part = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))
      part &*= multiplier
      part ^= part >> 24
      part &*= multiplier
      hash &*= multiplier
      hash ^= part
    }
    if whole < bytes.count {
      for at in (whole..<bytes.count).reversed() { hash ^= UInt32(bytes[at]) << UInt32(8 * (at - whole)) }
      hash &*= multiplier
    }
    hash ^= hash >> 13
    hash &*= multiplier
    hash ^= hash >> 15
    return hash
  }

  /// The partition that Java's client picks for a key, of `count`.
  public static func partition(of key: UnsafeRawBufferPointer, count: Int32) -> Int32 {
    Int32(hash(key) & 0x7fff_ffff) % count
  }
}
