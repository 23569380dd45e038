/// Moments as text: a number of milliseconds, or ISO 8601 as Joda-Time's `dateTimeParser` reads it, without an offset in
/// UTC.
enum ISOTime {
  /// Milliseconds since 1970; nil: not a moment.
  static func milliseconds(_ text: String) -> Int64? {
    if let number = Int64(text), text.utf8.first != UInt8(ascii: "+") { return number }
    var reader = Reader(Array(text.utf8))
    return reader.moment()
  }

  private struct Reader {
    let bytes: [UInt8]
    var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func moment() -> Int64? {
      var days = 0
      var milliseconds: Int64 = 0
      var offset: Int64 = 0
      if bytes.first != UInt8(ascii: "T") {
        guard let date = date() else { return nil }
        days = date
      }
      if take("T") {
        guard let clock = clock() else { return nil }
        milliseconds = clock
        guard let zone = zone() else { return nil }
        offset = zone
      }
      guard at == bytes.count else { return nil }
      return Int64(days) * 86_400_000 + milliseconds - offset
    }

    private mutating func date() -> Int? {
      guard let year = number(4) else { return nil }
      guard take("-") else { return CivilTime.days(year, 1, 1) }
      guard let month = number(2), (1...12).contains(month) else { return nil }
      guard take("-") else { return CivilTime.days(year, month, 1) }
      guard let day = number(2), (1...CivilTime.daysInMonth(year, month)).contains(day) else { return nil }
      return CivilTime.days(year, month, day)
    }

    private mutating func clock() -> Int64? {
      guard at < bytes.count, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") else { return 0 }
      guard let hour = number(2), hour < 24 else { return nil }
      var value = Int64(hour) * 3_600_000
      guard take(":") else { return value }
      guard let minute = number(2), minute < 60 else { return nil }
      value += Int64(minute) * 60_000
      guard take(":") else { return value }
      guard let second = number(2), second < 60 else { return nil }
      value += Int64(second) * 1000
      guard take(".") || take(",") else { return value }
      var scale: Int64 = 100
      var digits = 0
      while at < bytes.count, let digit = digit() {
        value += Int64(digit) * scale
        scale /= 10
        digits += 1
      }
      return digits > 0 ? value : nil
    }

    private mutating func zone() -> Int64? {
      if at == bytes.count || take("Z") { return 0 }
      let sign: Int64
      if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
      guard let hours = number(2), hours < 24 else { return nil }
      _ = take(":")
      let minutes = at < bytes.count ? number(2) : 0
      guard let minutes, minutes < 60 else { return nil }
      return sign * (Int64(hours) * 60 + Int64(minutes)) * 60_000
    }

    private mutating func number(_ count: Int) -> Int? {
      guard at + count <= bytes.count else { return nil }
      var value = 0
      for _ in 0..<count {
        guard let digit = digit() else { return nil }
        value = value * 10 + digit
      }
      return value
    }

    private mutating func digit() -> Int? {
      let byte = bytes[at]
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      at += 1
      return Int(byte - UInt8(ascii: "0"))
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
      at += 1
      return true
    }
  }
}
