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

  /// Appends a number in Java's form, without making texts of its parts.
  static func append(_ value: Double, to out: inout ByteBuffer) {
    // Most numbers of the field are amounts: whole, or with few decimals.
    if value.magnitude < 10_000_000, value == value.rounded(.towardZero), value != 0 {
      append(Int64(value), to: &out)
      return out.append(".0" as StaticString)
    }
    guard value.isFinite, value != 0 else { return out.append(bytes(value)) }
    layout(value.magnitude.description, isNegative: value < 0, to: &out)
  }

  /// Appends a number in Java's form.
  static func append(_ value: Float, to out: inout ByteBuffer) {
    guard value.isFinite, value != 0 else { return out.append(bytes(value)) }
    layout(value.magnitude.description, isNegative: value < 0, to: &out)
  }

  /// Takes the shortest digits from Swift's text and puts them in Java's form: plain from 10^-3 to 10^7, else with `E`.
  private static func layout(_ text: String, isNegative: Bool, to out: inout ByteBuffer) {
    if isNegative { out.append(UInt8(ascii: "-")) }
    var text = text
    text.withUTF8 { text in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count) { digits in
        var count = 0
        // The place of the point, counted from the first digit that is kept.
        var point = 0
        var isBehind = false
        var at = 0
        while at < text.count, text[at] != UInt8(ascii: "e") {
          let byte = text[at]
          at += 1
          if byte == UInt8(ascii: ".") {
            isBehind = true
          } else if count == 0, byte == UInt8(ascii: "0") {
            if isBehind { point -= 1 }
          } else {
            digits[count] = byte
            count += 1
            if !isBehind { point += 1 }
          }
        }
        point += exponent(text, from: at + 1)
        while count > 1, digits[count - 1] == UInt8(ascii: "0") { count -= 1 }
        write(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[..<count]), point: point, to: &out)
      }
    }
  }

  private static func exponent(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard start < text.count else { return 0 }
    var value = 0
    for byte in text[start...] where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") {
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return text[start] == UInt8(ascii: "-") ? -value : value
  }

  private static func write(_ digits: UnsafeRawBufferPointer, point: Int, to out: inout ByteBuffer) {
    guard point > -3, point <= 7 else {
      out.append(digits[0])
      out.append(UInt8(ascii: "."))
      if digits.count > 1 { out.append(UnsafeRawBufferPointer(rebasing: digits[1...])) }
      if digits.count == 1 { out.append(UInt8(ascii: "0")) }
      out.append(UInt8(ascii: "E"))
      return append(Int64(point - 1), to: &out)
    }
    if point <= 0 {
      out.append("0." as StaticString)
      for _ in point..<0 { out.append(UInt8(ascii: "0")) }
      return out.append(digits)
    }
    let whole = min(point, digits.count)
    out.append(UnsafeRawBufferPointer(rebasing: digits[..<whole]))
    for _ in whole..<point { out.append(UInt8(ascii: "0")) }
    out.append(UInt8(ascii: "."))
    if digits.count > point {
      out.append(UnsafeRawBufferPointer(rebasing: digits[point...]))
    } else {
      out.append(UInt8(ascii: "0"))
    }
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
