internal import ChangeModel
internal import Glibc

/// Whole and floating point numbers and booleans.
enum NumberText {
  static func appendBoolean(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    guard text.count == 1 else { return false }
    switch text[0] {
    case UInt8(ascii: "t"): out.append(1)
    case UInt8(ascii: "f"): out.append(0)
    default: return false
    }
    return true
  }

  static func appendInteger(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    guard let value = integer(text) else { return false }
    out.appendLong(value)
    return true
  }

  /// A whole number of up to 64 bits.
  @inline(__always) static func integer(_ text: UnsafeRawBufferPointer) -> Int64? {
    guard text.count > 0 else { return nil }
    let isNegative = text[0] == UInt8(ascii: "-")
    var at = isNegative ? 1 : 0
    guard at < text.count else { return nil }
    guard text.count - at <= 18 else { return longInteger(text, isNegative: isNegative) }
    var value: Int64 = 0
    while at < text.count {
      let digit = text[at] &- 48
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int64(digit)
      at &+= 1
    }
    return isNegative ? -value : value
  }

  private static func longInteger(_ text: UnsafeRawBufferPointer, isNegative: Bool) -> Int64? {
    var value: Int64 = 0
    for byte in text.dropFirst(isNegative ? 1 : 0) {
      let digit = byte &- 48
      guard digit < 10 else { return nil }
      let (shifted, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = shifted.subtractingReportingOverflow(Int64(digit))
      guard !first, !second else { return nil }
      value = sum
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }

  static func appendDouble(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    guard let value = double(text) else { return false }
    out.appendDouble(value)
    return true
  }

  static func appendFloat(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    guard let value = float(text) else { return false }
    out.appendFloat(value)
    return true
  }

  /// A number of 64 bits, also `NaN` and `Infinity`.
  static func double(_ text: UnsafeRawBufferPointer) -> Double? {
    terminated(text) { strtod($0, $1) }
  }

  /// A number of 32 bits, rounded once.
  static func float(_ text: UnsafeRawBufferPointer) -> Float? {
    terminated(text) { strtof($0, $1) }
  }

  /// Longer than any text that PostgreSQL writes of a floating point number.
  private static let longest = 64

  /// Gives C's parser a copy with a zero behind it; nil if it did not take all of the text.
  private static func terminated<Number>(
    _ text: UnsafeRawBufferPointer,
    _ parse: (UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Number
  ) -> Number? {
    guard text.count > 0, text.count < longest, text[0] > 0x20 else { return nil }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: longest) { copy in
      guard let base = copy.baseAddress else { return nil }
      UnsafeMutableRawBufferPointer(copy).copyMemory(from: text)
      base[text.count] = 0
      var end: UnsafeMutablePointer<CChar>?
      let value = parse(base, &end)
      return end == base + text.count ? value : nil
    }
  }
}
