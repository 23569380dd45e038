/// Decimals as Java's `BigDecimal.toString` writes them.
package enum BigDecimalText {
  /// The text of an unscaled value (big-endian two's complement) with so many digits behind the point.
  package static func text(unscaled: [UInt8], scale: Int) -> String {
    let (isNegative, digits) = decimalDigits(unscaled)
    let sign = isNegative ? "-" : ""
    if scale == 0 { return sign + digits }
    let exponent = digits.count - 1 - scale
    guard scale > 0, exponent >= -6 else {
      let rest = digits.dropFirst()
      let mantissa = rest.isEmpty ? "\(digits)" : "\(digits.prefix(1)).\(rest)"
      return exponent == 0 ? sign + mantissa : "\(sign)\(mantissa)E\(exponent > 0 ? "+" : "")\(exponent)"
    }
    let padded = String(repeating: "0", count: max(scale + 1 - digits.count, 0)) + digits
    return "\(sign)\(padded.dropLast(scale)).\(padded.suffix(scale))"
  }

  private static func decimalDigits(_ bytes: [UInt8]) -> (isNegative: Bool, digits: String) {
    let isNegative = (bytes.first ?? 0) >= 0x80
    var magnitude = bytes
    if isNegative {
      var carry = true
      for index in magnitude.indices.reversed() {
        let inverted = ~magnitude[index]
        magnitude[index] = carry ? inverted &+ 1 : inverted
        carry = carry && inverted == 0xFF
      }
    }
    var digits: [UInt8] = []
    while magnitude.contains(where: { $0 != 0 }) {
      var rest = 0
      for index in magnitude.indices {
        let value = rest << 8 | Int(magnitude[index])
        magnitude[index] = UInt8(value / 10)
        rest = value % 10
      }
      digits.append(48 + UInt8(rest))
    }
    return (isNegative, digits.isEmpty ? "0" : String(decoding: digits.reversed(), as: UTF8.self))
  }
}
