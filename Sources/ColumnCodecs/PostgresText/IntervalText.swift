internal import ChangeModel

/// Intervals in `IntervalStyle` postgres: `1 year 2 mons -3 days +04:05:06.78`.
enum IntervalText {
  /// Days that Debezium counts a month as.
  private static let daysPerMonth = 365.25 / 12

  static func append(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    var scanner = Scanner(text: text)
    var months: Int64 = 0
    var days: Int64 = 0
    var clock = Clock()
    var parts = 0
    while scanner.skipSpaces() {
      guard let number = scanner.number() else { return false }
      parts += 1
      if scanner.isAtColon {
        guard let found = scanner.clock(hours: number) else { return false }
        clock = found
      } else {
        guard scanner.skipSpaces() else { return false }
        switch scanner.unit() {
        case UInt8(ascii: "y"): months += number.value * 12
        case UInt8(ascii: "m"): months += number.value
        case UInt8(ascii: "d"): days += number.value
        default: return false
        }
      }
    }
    guard parts > 0 else { return false }
    // Debezium reckons in floating point; the same steps give the same rounding.
    let wholeDays = Double(months) * daysPerMonth + Double(days)
    let minutes = (wholeDays * 24 + clock.hours) * 60 + clock.minutes
    out.appendLong(rounded((minutes * 60 + clock.seconds) * 1_000_000))
    return true
  }

  /// `Math.round` of Java: halves go up, what is too large becomes the largest.
  private static func rounded(_ value: Double) -> Int64 {
    let whole = (value + 0.5).rounded(.down)
    return Int64(exactly: whole) ?? (whole > 0 ? .max : .min)
  }

  /// The part of an interval that is told as a time of day; the sign holds for all three.
  private struct Clock {
    var hours = 0.0
    var minutes = 0.0
    var seconds = 0.0
  }

  private struct Scanner {
    let text: UnsafeRawBufferPointer
    var at = 0

    init(text: UnsafeRawBufferPointer) { self.text = text }

    var isAtColon: Bool { at < text.count && text[at] == UInt8(ascii: ":") }

    /// Whether anything comes behind the spaces.
    mutating func skipSpaces() -> Bool {
      while at < text.count, text[at] == 0x20 { at += 1 }
      return at < text.count
    }

    mutating func number() -> (value: Int64, isNegative: Bool)? {
      let isNegative = text[at] == UInt8(ascii: "-")
      if isNegative || text[at] == UInt8(ascii: "+") { at += 1 }
      guard let value = digits() else { return nil }
      return (isNegative ? -value : value, isNegative)
    }

    private mutating func digits() -> Int64? {
      let start = at
      var value: Int64 = 0
      while at < text.count, text[at] &- 48 < 10 {
        guard at - start < 18 else { return nil }
        value = value * 10 + Int64(text[at] &- 48)
        at += 1
      }
      return at > start ? value : nil
    }

    /// The first letter of a unit, which is skipped.
    mutating func unit() -> UInt8 {
      let first = text[at]
      while at < text.count, text[at] != 0x20 { at += 1 }
      return first
    }

    /// `:05:06.78` behind the hours.
    mutating func clock(hours: (value: Int64, isNegative: Bool)) -> Clock? {
      at += 1
      guard let minutes = digits(), isAtColon else { return nil }
      at += 1
      guard let seconds = digits() else { return nil }
      var microseconds: Int64 = 0
      if at < text.count, text[at] == UInt8(ascii: ".") {
        at += 1
        var unit: Int64 = 100_000
        while at < text.count, text[at] &- 48 < 10 {
          microseconds += Int64(text[at] &- 48) * unit
          unit /= 10
          at += 1
        }
      }
      let sign = hours.isNegative ? -1.0 : 1.0
      return Clock(
        hours: Double(hours.value), minutes: sign * Double(minutes),
        seconds: sign * (Double(seconds) + Double(microseconds) / 1_000_000))
    }
  }
}
