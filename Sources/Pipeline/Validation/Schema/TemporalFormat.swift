/// The formats that are asserted, and that Debezium's temporal numbers are turned into (RFC 3339).
enum TemporalFormat: UInt8, Sendable {
  case date
  case time
  case dateTime

  init?(name: String) {
    switch name {
    case "date": self = .date
    case "time": self = .time
    case "date-time": self = .dateTime
    default: return nil
    }
  }

  /// Whether a text has this format.
  func accepts(_ text: UnsafeRawBufferPointer) -> Bool {
    var reader = Reader(text: text)
    switch self {
    case .date: return reader.date() && reader.isAtEnd
    case .time: return reader.time() && reader.isAtEnd
    case .dateTime: return reader.date() && reader.take("T", "t") && reader.time() && reader.isAtEnd
    }
  }

  private struct Reader {
    let text: UnsafeRawBufferPointer
    var at = 0

    var isAtEnd: Bool { at == text.count }

    mutating func take(_ one: Unicode.Scalar, _ other: Unicode.Scalar) -> Bool {
      guard at < text.count, text[at] == UInt8(ascii: one) || text[at] == UInt8(ascii: other) else { return false }
      at += 1
      return true
    }

    mutating func number(_ count: Int) -> Int? {
      guard at + count <= text.count else { return nil }
      var value = 0
      for _ in 0..<count {
        let digit = text[at] &- UInt8(ascii: "0")
        guard digit <= 9 else { return nil }
        value = value * 10 + Int(digit)
        at += 1
      }
      return value
    }

    mutating func date() -> Bool {
      guard let year = number(4), take("-", "-"), let month = number(2), take("-", "-"), let day = number(2),
        (1...12).contains(month), day >= 1
      else { return false }
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let days = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
      return day <= days
    }

    mutating func time() -> Bool {
      guard let hour = number(2), take(":", ":"), let minute = number(2), take(":", ":"), let second = number(2),
        hour < 24, minute < 60, second <= 60
      else { return false }
      if take(".", ".") {
        guard number(1) != nil else { return false }
        while number(1) != nil {}
      }
      var offset = 0
      if !take("Z", "z") {
        guard at < text.count else { return false }
        let sign = text[at] == UInt8(ascii: "+") ? 1 : -1
        guard take("+", "-"), let hours = number(2), take(":", ":"), let minutes = number(2), hours < 24, minutes < 60
        else { return false }
        offset = sign * (hours * 60 + minutes)
      }
      // A leap second is the last one of a day in UTC.
      return second < 60 || (hour * 60 + minute - offset + 2880) % 1440 == 1439
    }
  }
}
