/// 128 bits that stand for an identity, a key or a cause in sets: two of some hundred million different ones are the
/// same with a chance below one in a billion billion. Good in one process only: the hash is seeded anew by each.
struct DeadLetterDigest: Hashable {
  private let high: Int
  private let low: Int

  init(_ bytes: some Collection<UInt8>) {
    (high, low) = Self.halves { hasher in
      let isHashed: Void? = bytes.withContiguousStorageIfAvailable {
        hasher.combine(bytes: UnsafeRawBufferPointer($0))
      }
      if isHashed == nil { for byte in bytes { hasher.combine(byte) } }
    }
  }

  /// Of a key in a topic.
  init(topic: String, key: UnsafeRawBufferPointer) {
    (high, low) = Self.halves { hasher in
      hasher.combine(topic)
      hasher.combine(bytes: key)
    }
  }

  private static func halves(_ feed: (inout Hasher) -> Void) -> (Int, Int) {
    var (one, other) = (Hasher(), Hasher())
    other.combine(0x5EED)
    feed(&one)
    feed(&other)
    return (one.finalize(), other.finalize())
  }
}
