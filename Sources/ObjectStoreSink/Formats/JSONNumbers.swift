internal import ChangeModel
internal import EventEncoding

/// Numbers as JSON, in Java's forms.
enum JSONNumbers {
  /// A decimal as a number.
  static func decimal(_ unscaled: [UInt8], scale: Int) -> String {
    BigDecimalText.text(unscaled: unscaled, scale: scale)
  }

  /// NaN and the infinities are texts, as Jackson writes them.
  static func bytes(_ value: Double) -> [UInt8] {
    let text = JavaNumber.text(value)
    return Array((value.isFinite ? text : "\"\(text)\"").utf8)
  }

  /// NaN and the infinities are texts, as Jackson writes them.
  static func bytes(_ value: Float) -> [UInt8] {
    let text = JavaNumber.text(value)
    return Array((value.isFinite ? text : "\"\(text)\"").utf8)
  }

  /// Appends a whole number.
  static func append(_ number: Int64, to out: inout ByteBuffer) {
    let room = out.reserve(20)
    var rest = number.magnitude
    var digits = 1
    var bound: UInt64 = 10
    while digits < 20, rest >= bound {
      digits += 1
      let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
      if overflow { break }
      bound = next
    }
    let sign = number < 0 ? 1 : 0
    if sign == 1 { room.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self) }
    var at = digits + sign
    while at > sign {
      at -= 1
      room.storeBytes(of: UInt8(truncatingIfNeeded: rest % 10) + 48, toByteOffset: at, as: UInt8.self)
      rest /= 10
    }
    out.commit(digits + sign)
  }
}
