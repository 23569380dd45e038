/// Reads ISO 8601 dates and times as java.time writes them, from UTF-8.
struct ISOTime {
  private var at: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>

  init(_ bytes: UnsafePointer<UInt8>, count: Int) {
    at = bytes
    end = bytes + count
  }

  var isAtEnd: Bool { at == end }

  /// Takes exactly this text, if it is all that is left.
  mutating func take(_ text: StaticString) -> Bool {
    guard end - at == text.utf8CodeUnitCount else { return false }
    for index in 0..<text.utf8CodeUnitCount where at[index] != text.utf8Start[index] { return false }
    at = end
    return true
  }

  mutating func takeSeparator() -> Bool { take(byte: 0x54) || take(byte: 0x20) }

  /// Days since 1970 of `[+-]yyyy-MM-dd`, the year 0 being 1 BC.
  mutating func date() -> Int64? {
    let isNegative = take(byte: 0x2D)
    if !isNegative { _ = take(byte: 0x2B) }
    guard let magnitude = digits(atLeast: 4, atMost: 9), take(byte: 0x2D), let month = digits(atLeast: 2, atMost: 2),
      take(byte: 0x2D), let day = digits(atLeast: 2, atMost: 2), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    return Self.days(year: isNegative ? -magnitude : magnitude, month: month, day: day)
  }

  /// Microseconds of the day of `HH:mm[:ss[.fraction]]`; digits behind the sixth are cut off.
  mutating func time() -> Int64? {
    guard let hour = digits(atLeast: 2, atMost: 2), take(byte: 0x3A), let minute = digits(atLeast: 2, atMost: 2),
      hour <= 24, minute < 60
    else { return nil }
    var second: Int64 = 0
    var fraction: Int64 = 0
    if take(byte: 0x3A) {
      guard let value = digits(atLeast: 2, atMost: 2), value <= 60 else { return nil }
      second = value
      if take(byte: 0x2E) {
        var unit: Int64 = 100_000
        while at < end, (0x30...0x39).contains(at.pointee) {
          fraction += Int64(at.pointee - 0x30) * unit
          unit /= 10
          at += 1
        }
      }
    }
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
  }

  /// Seconds to the east of `Z` or `±HH[:mm[:ss]]`.
  mutating func zone() -> Int64? {
    if take(byte: 0x5A) { return 0 }
    let isWest = take(byte: 0x2D)
    guard isWest || take(byte: 0x2B), let hours = digits(atLeast: 2, atMost: 2) else { return nil }
    var seconds = hours * 3600
    if at < end {
      _ = take(byte: 0x3A)
      guard let minutes = digits(atLeast: 2, atMost: 2) else { return nil }
      seconds += minutes * 60
      if take(byte: 0x3A) {
        guard let rest = digits(atLeast: 2, atMost: 2) else { return nil }
        seconds += rest
      }
    }
    return isWest ? -seconds : seconds
  }

  private mutating func take(byte: UInt8) -> Bool {
    guard at < end, at.pointee == byte else { return false }
    at += 1
    return true
  }

  private mutating func digits(atLeast least: Int, atMost most: Int) -> Int64? {
    var value: Int64 = 0
    var count = 0
    while count < most, at < end, (0x30...0x39).contains(at.pointee) {
      value = value * 10 + Int64(at.pointee - 0x30)
      at += 1
      count += 1
    }
    return count >= least ? value : nil
  }

  /// Days since 1970 in the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
  static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
