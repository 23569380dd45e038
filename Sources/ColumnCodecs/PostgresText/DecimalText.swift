package import ChangeModel

/// Numerics: an unscaled whole number as big-endian two's complement, of any size.
package enum DecimalText {
  /// Digits that fit into 64 bits whatever they are.
  private static let shortDigits = 18

  /// A numeric's text taken apart: sign, digits and where the point is.
  private struct Parts {
    var isNegative = false
    var digits = 0
    var fraction = 0
    var fractionZeros = 0
    var value: Int64 = 0
    var hasOnlyDigits = true

    /// Reads the whole text; false for `NaN`, `Infinity` and what is no number.
    @inline(__always) init?(_ text: UnsafeRawBufferPointer) {
      var at = 0
      if text.count > 0, text[0] == UInt8(ascii: "-") {
        isNegative = true
        at = 1
      }
      var point = -1
      while at < text.count {
        let byte = text[at]
        let digit = byte &- 48
        if digit < 10 {
          digits &+= 1
          if digits <= DecimalText.shortDigits { value = value &* 10 &+ Int64(digit) }
          fractionZeros = digit == 0 ? fractionZeros &+ 1 : 0
        } else {
          guard byte == UInt8(ascii: "."), point < 0 else { return nil }
          point = at
          fractionZeros = 0
        }
        at &+= 1
      }
      guard digits > 0 else { return nil }
      if point >= 0 { fraction = text.count - point - 1 } else { fractionZeros = 0 }
    }
  }

  package static func append(_ text: UnsafeRawBufferPointer, scale: Int, to out: inout ByteBuffer) -> Bool {
    guard let parts = Parts(text) else { return false }
    return append(text, parts, scale: scale, to: &out)
  }

  /// Without a scale of its own the value brings its scale, without needless zeros behind the point.
  static func appendVariable(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    guard let parts = Parts(text) else { return false }
    let scale = parts.fraction - parts.fractionZeros
    out.appendLong(Int64(scale))
    return append(text, parts, scale: scale, to: &out)
  }

  private static func append(
    _ text: UnsafeRawBufferPointer, _ parts: Parts, scale: Int, to out: inout ByteBuffer
  ) -> Bool {
    let shift = scale - parts.fraction
    guard parts.digits + max(shift, 0) <= shortDigits else {
      return BigInteger.append(digitsOf: text, isNegative: parts.isNegative, shift: shift, to: &out)
    }
    var value = parts.value
    if shift > 0 { value *= powersOfTen(shift) }
    if shift < 0 {
      guard -shift <= shortDigits else { return value == 0 ? append(0, to: &out) : false }
      let (quotient, rest) = value.quotientAndRemainder(dividingBy: powersOfTen(-shift))
      guard rest == 0 else { return false }
      value = quotient
    }
    return append(parts.isNegative ? -value : value, to: &out)
  }

  /// An unscaled value in as few bytes as hold it.
  @inline(__always) static func append(_ value: Int64, to out: inout ByteBuffer) -> Bool {
    let magnitudeBits = 64 - (value ^ (value >> 63)).leadingZeroBitCount
    let used = magnitudeBits / 8 + 1
    let end = out.reserve(9)
    end.storeBytes(of: UInt8(used << 1), as: UInt8.self)
    (end + 1).storeBytes(of: (value << (64 - 8 * used)).bigEndian, as: Int64.self)
    out.commit(1 + used)
    return true
  }

  private static func powersOfTen(_ exponent: Int) -> Int64 {
    var power: Int64 = 1
    for _ in 0..<exponent { power *= 10 }
    return power
  }

  /// `$1,234.11`, `-$1,234.11`, `($1,234.11)`: the last point or comma with up to `scale` digits behind it is the
  /// decimal one, whatever the server's locale.
  static func appendMoney(_ text: UnsafeRawBufferPointer, scale: Int, to out: inout ByteBuffer) -> Bool {
    var value: Int64 = 0
    var isNegative = false
    var digits = 0
    var sinceSeparator = -1
    for byte in text {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        // The most negative amount has one more than the positive, so the sum is kept negative.
        let (shifted, first) = value.multipliedReportingOverflow(by: 10)
        let (sum, second) = shifted.subtractingReportingOverflow(Int64(byte - 48))
        guard !first, !second else { return false }
        value = sum
        digits += 1
        if sinceSeparator >= 0 { sinceSeparator += 1 }
      case UInt8(ascii: "-"), UInt8(ascii: "("): isNegative = true
      case UInt8(ascii: "."), UInt8(ascii: ","): sinceSeparator = 0
      default: continue
      }
    }
    guard digits > 0 else { return false }
    let fraction = sinceSeparator > scale ? 0 : max(sinceSeparator, 0)
    for _ in fraction..<max(scale, fraction) {
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
      guard !overflow else { return false }
      value = shifted
    }
    guard isNegative || value != .min else { return false }
    return append(isNegative ? value : -value, to: &out)
  }
}
