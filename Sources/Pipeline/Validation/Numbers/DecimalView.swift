/// A number's decimal text, read where it lies: sign, significant digits, and the power of ten of the point in front of
/// the first of them (123 is 0.123 × 10³).
struct DecimalView {
  private(set) var isNegative = false
  private(set) var point = 0
  /// Significant digits; 0: the number is zero.
  private(set) var digitCount = 0
  private var digits: UnsafePointer<UInt8>?

  /// Reads a text of JSON's grammar for numbers, which must outlive this.
  init(_ text: UnsafeRawBufferPointer) {
    guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self), text.count > 0 else { return }
    var at = 0
    if start[0] == UInt8(ascii: "-") {
      isNegative = true
      at = 1
    }
    var whole = 0
    var seen = 0
    var first = -1
    var last = -1
    var isBehindPoint = false
    scan: while at < text.count {
      switch start[at] {
      case UInt8(ascii: "."): isBehindPoint = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"): break scan
      default:
        if !isBehindPoint { whole += 1 }
        if start[at] != UInt8(ascii: "0") {
          if first < 0 {
            first = seen
            digits = start + at
          }
          last = seen
        }
        seen += 1
      }
      at += 1
    }
    guard first >= 0 else {
      isNegative = false
      return
    }
    digitCount = last - first + 1
    point = whole - first + (at < text.count ? Self.exponent(start, at + 1, text.count) : 0)
  }

  private static func exponent(_ text: UnsafePointer<UInt8>, _ from: Int, _ end: Int) -> Int {
    var at = from
    let isNegative = at < end && text[at] == UInt8(ascii: "-")
    if at < end, isNegative || text[at] == UInt8(ascii: "+") { at += 1 }
    var value = 0
    // Beyond a thousand million digits nothing can be told apart any more.
    while at < end, value < 1_000_000_000 {
      value = value * 10 + Int(text[at] &- UInt8(ascii: "0"))
      at += 1
    }
    return isNegative ? -value : value
  }

  /// Whether it has no fraction.
  var isInteger: Bool { digitCount == 0 || point >= digitCount }

  /// Calls `body` with each significant digit.
  func forEachDigit(_ body: (UInt8) -> Void) {
    guard var at = digits else { return }
    var left = digitCount
    while left > 0 {
      if at.pointee != UInt8(ascii: ".") {
        body(at.pointee - UInt8(ascii: "0"))
        left -= 1
      }
      at += 1
    }
  }

  /// -1, 0 or 1: this number is smaller, equal, larger.
  func compare(_ other: DecimalView) -> Int {
    let sign = digitCount == 0 ? 0 : isNegative ? -1 : 1
    let otherSign = other.digitCount == 0 ? 0 : other.isNegative ? -1 : 1
    if sign != otherSign { return sign < otherSign ? -1 : 1 }
    if sign == 0 { return 0 }
    if point != other.point { return point < other.point ? -sign : sign }
    guard var mine = digits, var theirs = other.digits else { return 0 }
    for index in 0..<max(digitCount, other.digitCount) {
      guard index < digitCount else { return -sign }
      guard index < other.digitCount else { return sign }
      if mine.pointee == UInt8(ascii: ".") { mine += 1 }
      if theirs.pointee == UInt8(ascii: ".") { theirs += 1 }
      if mine.pointee != theirs.pointee { return mine.pointee < theirs.pointee ? -sign : sign }
      mine += 1
      theirs += 1
    }
    return 0
  }
}
