/// Reads dates and times as PostgreSQL writes them with `DateStyle` ISO
/// (https://www.postgresql.org/docs/15/datatype-datetime.html#DATATYPE-DATETIME-OUTPUT).
struct TemporalParser {
  let text: UnsafeRawBufferPointer
  var at = 0
  private let end: Int
  private let isBeforeChrist: Bool

  init(_ text: UnsafeRawBufferPointer) {
    self.text = text
    let count = text.count
    isBeforeChrist = count > 3 && text[count - 1] == UInt8(ascii: "C") && text[count - 2] == UInt8(ascii: "B")
    end = isBeforeChrist ? count - 3 : count
  }

  var isAtEnd: Bool { at == end }

  /// The infinity that the text names: 1, -1, or 0 for none.
  var infinity: Int {
    if isWord("infinity") { return 1 }
    return isWord("-infinity") ? -1 : 0
  }

  private func isWord(_ word: StaticString) -> Bool {
    guard text.count == word.utf8CodeUnitCount else { return false }
    for index in 0..<text.count where text[index] != word.utf8Start[index] { return false }
    return true
  }

  /// `2016-11-04`, also with a longer year; the year before Christ is told by the end of the text.
  mutating func date() -> Int64? {
    var year: Int64 = 0
    let start = at
    while at < end, text[at] &- 48 < 10 {
      year = year &* 10 &+ Int64(text[at] &- 48)
      at += 1
      guard at - start <= 9 else { return nil }
    }
    guard at - start >= 1, skip("-"), let month = twoDigits(), skip("-"), let day = twoDigits() else { return nil }
    return CivilTime.days(year: isBeforeChrist ? 1 - year : year, month: month, day: day)
  }

  /// `13:51:30`, `13:51:30.123456`, in microseconds.
  mutating func time() -> Int64? {
    guard let hour = twoDigits(), skip(":"), let minute = twoDigits(), skip(":"), let second = twoDigits() else {
      return nil
    }
    var fraction: Int64 = 0
    if skip(".") {
      var unit: Int64 = 100_000
      while at < end, text[at] &- 48 < 10 {
        fraction += Int64(text[at] &- 48) * unit
        unit /= 10
        at += 1
      }
    }
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
  }

  /// `2016-11-04 13:51:30.123456`.
  mutating func dateAndTime() -> CivilTime? {
    guard let days = date(), skip(" "), let microseconds = time() else { return nil }
    return CivilTime(days: days, microseconds: microseconds)
  }

  /// `+02`, `-05:30`, `+01:02:03`, in seconds.
  mutating func offset() -> Int64? {
    guard at < end else { return nil }
    let isNegative = text[at] == UInt8(ascii: "-")
    guard isNegative || text[at] == UInt8(ascii: "+") else { return nil }
    at += 1
    guard var seconds = twoDigits().map({ $0 * 3600 }) else { return nil }
    if skip(":") {
      guard let minutes = twoDigits() else { return nil }
      seconds += minutes * 60
      if skip(":") {
        guard let rest = twoDigits() else { return nil }
        seconds += rest
      }
    }
    return isNegative ? -seconds : seconds
  }

  private mutating func twoDigits() -> Int64? {
    guard at + 2 <= end else { return nil }
    let high = text[at] &- 48
    let low = text[at + 1] &- 48
    guard high < 10, low < 10 else { return nil }
    at += 2
    return Int64(high) * 10 + Int64(low)
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard at < end, text[at] == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }
}
