internal import ChangeModel

/// Moments and times of day with an offset as ISO 8601 text in UTC.
enum ZonedText {
  /// Room for the longest text, with a sign and six digits of year.
  private static let longest = 40

  static func appendTimestamp(
    _ text: UnsafeRawBufferPointer, fractionDigits: Int, to out: inout ByteBuffer
  ) -> Bool {
    if appendUTC(text, fractionDigits: fractionDigits, to: &out) { return true }
    var parser = TemporalParser(text)
    guard var time = parser.dateAndTime() else {
      guard parser.infinity != 0 else { return false }
      out.appendSized(text)
      return true
    }
    guard let offset = parser.offset(), parser.isAtEnd else { return false }
    if offset != 0 { time.add(seconds: -offset) }
    let start = out.reserve(1 + longest)
    var writer = DigitWriter(start + 1)
    writer.date(days: time.days)
    writer.character("T")
    writer.time(time.microseconds, fractionDigits: fractionDigits)
    writer.character("Z")
    start.storeBytes(of: UInt8(writer.written << 1), as: UInt8.self)
    out.commit(1 + writer.written)
    return true
  }

  /// The usual case, `2016-11-04 11:51:30.123456+00`: the digits stay, only the form changes. False for all others.
  @inline(__always)
  private static func appendUTC(
    _ text: UnsafeRawBufferPointer, fractionDigits: Int, to out: inout ByteBuffer
  ) -> Bool {
    let fractionEnd = text.count - 3
    guard fractionEnd >= 19, fractionEnd <= 26, let base = text.baseAddress, text[fractionEnd] == UInt8(ascii: "+"),
      text[fractionEnd + 1] == UInt8(ascii: "0"), text[fractionEnd + 2] == UInt8(ascii: "0"),
      text[4] == UInt8(ascii: "-"), text[10] == UInt8(ascii: " "),
      fractionEnd == 19 || text[19] == UInt8(ascii: ".")
    else { return false }
    let start = out.reserve(1 + longest)
    let place = start + 1
    place.copyMemory(from: base, byteCount: fractionEnd)
    place.storeBytes(of: UInt8(ascii: "T"), toByteOffset: 10, as: UInt8.self)
    var end = fractionEnd
    if fractionDigits > 0 {
      if end == 19 {
        place.storeBytes(of: UInt8(ascii: "."), toByteOffset: 19, as: UInt8.self)
        end = 20
      }
      let wanted = 20 + fractionDigits
      while end < wanted {
        place.storeBytes(of: UInt8(ascii: "0"), toByteOffset: end, as: UInt8.self)
        end &+= 1
      }
      end = wanted
    }
    place.storeBytes(of: UInt8(ascii: "Z"), toByteOffset: end, as: UInt8.self)
    start.storeBytes(of: UInt8((end + 1) << 1), as: UInt8.self)
    out.commit(end + 2)
    return true
  }

  static func appendTime(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    var parser = TemporalParser(text)
    guard var microseconds = parser.time(), let offset = parser.offset(), parser.isAtEnd else { return false }
    if offset != 0 {
      microseconds = (microseconds - offset * 1_000_000) % CivilTime.dayMicroseconds
      if microseconds < 0 { microseconds += CivilTime.dayMicroseconds }
    }
    let start = out.reserve(1 + longest)
    var writer = DigitWriter(start + 1)
    writer.time(microseconds, fractionDigits: 0)
    writer.character("Z")
    start.storeBytes(of: UInt8(writer.written << 1), as: UInt8.self)
    out.commit(1 + writer.written)
    return true
  }
}

/// Writes digits at a raw pointer that has room for them.
private struct DigitWriter {
  let base: UnsafeMutableRawPointer
  var written = 0

  init(_ base: UnsafeMutableRawPointer) { self.base = base }

  mutating func character(_ character: Unicode.Scalar) { byte(UInt8(ascii: character)) }

  private mutating func byte(_ byte: UInt8) {
    base.storeBytes(of: byte, toByteOffset: written, as: UInt8.self)
    written &+= 1
  }

  /// A number below 100 with two digits.
  @inline(__always) mutating func two(_ value: Int64) {
    let value = UInt8(truncatingIfNeeded: value)
    byte(48 &+ value / 10)
    byte(48 &+ value % 10)
  }

  /// A number with at least so many digits.
  mutating func number(_ value: Int64, digits: Int) {
    var digits = digits
    var limit: Int64 = 1
    for _ in 0..<digits { limit &*= 10 }
    while value >= limit {
      limit &*= 10
      digits &+= 1
    }
    var rest = value
    for index in stride(from: digits &- 1, through: 0, by: -1) {
      let quotient = rest / 10
      base.storeBytes(
        of: UInt8(truncatingIfNeeded: 48 &+ rest &- quotient &* 10), toByteOffset: written &+ index, as: UInt8.self)
      rest = quotient
    }
    written &+= digits
  }

  /// ISO 8601 as Java writes it: years above 9999 with a plus sign, years before 1 BC with a minus sign.
  mutating func date(days: Int64) {
    let (year, month, day) = CivilTime.date(days: days)
    if year < 0 { character("-") }
    if year > 9999 { character("+") }
    number(abs(year), digits: 4)
    character("-")
    two(month)
    character("-")
    two(day)
  }

  /// Hours, minutes, seconds and a fraction: exactly so many digits, or with 0 as many as are needed.
  mutating func time(_ microseconds: Int64, fractionDigits: Int) {
    let seconds = microseconds / 1_000_000
    two(seconds / 3600)
    character(":")
    two(seconds / 60 % 60)
    character(":")
    two(seconds % 60)
    var fraction = microseconds % 1_000_000
    var digits = 6
    if fractionDigits == 0 {
      if fraction == 0 { return }
      while fraction % 10 == 0 {
        fraction /= 10
        digits -= 1
      }
    } else {
      while digits > fractionDigits {
        fraction /= 10
        digits -= 1
      }
    }
    character(".")
    number(fraction, digits: digits)
  }
}
