internal import ChangeModel

/// Whole numbers of any size from decimal digits, for numerics that do not fit into 64 bits.
enum BigInteger {
  /// Digits that go into the number at a time.
  private static let chunk = 18

  /// Appends the number that the digits of `text` give (a sign and a point in it are passed over), times 10 to the power
  /// of `shift`, as Avro bytes in big-endian two's complement. False where a negative shift would cut off digits.
  static func append(
    digitsOf text: UnsafeRawBufferPointer, isNegative: Bool, shift: Int, to out: inout ByteBuffer
  ) -> Bool {
    // 64 bits hold a little more than 19 digits; one limb more keeps the sign bit free.
    let capacity = (text.count + max(shift, 0)) / 19 + 2
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: capacity) { limbs in
      limbs.initialize(repeating: 0)
      var number = Accumulator(limbs: limbs)
      var digitsToTake = digitCount(text) + min(shift, 0)
      for byte in text {
        let digit = byte &- 48
        guard digit < 10 else { continue }
        guard digitsToTake > 0 else {
          guard digit == 0 else { return false }
          continue
        }
        digitsToTake -= 1
        number.add(UInt64(digit))
      }
      if shift > 0 { for _ in 0..<shift { number.add(0) } }
      number.flush()
      write(number, isNegative: isNegative, to: &out)
      return true
    }
  }

  private static func digitCount(_ text: UnsafeRawBufferPointer) -> Int {
    text.reduce(0) { $1 &- 48 < 10 ? $0 + 1 : $0 }
  }

  /// A number that grows by digits at its end; limbs lowest first.
  private struct Accumulator {
    let limbs: UnsafeMutableBufferPointer<UInt64>
    var used = 0
    var pending: UInt64 = 0
    var factor: UInt64 = 1
    var pendingDigits = 0

    init(limbs: UnsafeMutableBufferPointer<UInt64>) { self.limbs = limbs }

    mutating func add(_ digit: UInt64) {
      pending = pending * 10 + digit
      factor *= 10
      pendingDigits += 1
      if pendingDigits == BigInteger.chunk { flush() }
    }

    mutating func flush() {
      guard pendingDigits > 0 else { return }
      var carry = pending
      for index in 0..<used {
        let (high, low) = limbs[index].multipliedFullWidth(by: factor)
        let (sum, overflow) = low.addingReportingOverflow(carry)
        limbs[index] = sum
        carry = high &+ (overflow ? 1 : 0)
      }
      if carry > 0 {
        limbs[used] = carry
        used += 1
      }
      pending = 0
      factor = 1
      pendingDigits = 0
    }
  }

  private static func write(_ number: Accumulator, isNegative: Bool, to out: inout ByteBuffer) {
    let limbs = number.limbs
    if isNegative { negate(limbs) }
    // All limbs hold the sign now; bytes that only repeat it are left out.
    let fill: UInt8 = isNegative && number.used > 0 ? 0xFF : 0
    var count = limbs.count * 8
    while count > 1, byte(limbs, count - 1) == fill, byte(limbs, count - 2) >> 7 == fill >> 7 { count -= 1 }
    out.appendLong(Int64(count))
    let end = out.reserve(count)
    for index in 0..<count {
      end.storeBytes(of: byte(limbs, count - 1 - index), toByteOffset: index, as: UInt8.self)
    }
    out.commit(count)
  }

  private static func negate(_ limbs: UnsafeMutableBufferPointer<UInt64>) {
    var carry = true
    for index in limbs.indices {
      let inverted = ~limbs[index]
      limbs[index] = carry ? inverted &+ 1 : inverted
      carry = carry && inverted == .max
    }
  }

  private static func byte(_ limbs: UnsafeMutableBufferPointer<UInt64>, _ index: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: limbs[index / 8] >> UInt64(index % 8 * 8))
  }
}
