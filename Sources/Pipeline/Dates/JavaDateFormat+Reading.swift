internal import Glibc

extension JavaDateFormat {
  /// The moment of a text in milliseconds since 1970; nil: it does not match. As `SimpleDateFormat.parse` does, numbers
  /// out of their range roll over, and what stands behind the pattern's end is not looked at.
  func parse(_ text: UnsafeRawBufferPointer) -> Int64? {
    var reader = DateReader(text)
    for (index, part) in parts.enumerated() {
      switch part {
      case .text(let wanted): guard reader.skip(wanted) else { return nil }
      case .field(let letter, let count):
        guard reader.field(letter, count, isAbutting: isAbutting(index)) else { return nil }
      }
    }
    return reader.isPlausible ? reader.milliseconds : nil
  }

  /// Whether a field of digits stands directly before another one: then its width is that of its letters.
  private func isAbutting(_ index: Int) -> Bool {
    guard index + 1 < parts.count, case .field(let next, let count) = parts[index + 1] else { return false }
    return Self.isNumeric(next, count)
  }

  private static func isNumeric(_ letter: UInt8, _ count: Int) -> Bool {
    switch letter {
    case UInt8(ascii: "M"), UInt8(ascii: "L"): count <= 2
    case UInt8(ascii: "G"), UInt8(ascii: "E"), UInt8(ascii: "a"), UInt8(ascii: "z"), UInt8(ascii: "Z"),
      UInt8(ascii: "X"):
      false
    default: true
    }
  }
}

/// A text that is being read as a date.
private struct DateReader {
  private let text: UnsafeRawBufferPointer
  private var at = 0
  private var year: Int64 = 1970
  private var isBeforeChrist = false
  private var month: Int64 = 1
  private var day: Int64 = 1
  private var dayOfYear: Int64?
  private var hour: Int64 = 0
  private var isAfternoon: Bool?
  private var isTwelveHours = false
  private var minute: Int64 = 0
  private var second: Int64 = 0
  private var millisecond: Int64 = 0
  private var offsetMinutes: Int64 = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  /// Whether Java's calendar has such a moment: its numbers have 32 bits.
  var isPlausible: Bool {
    let limit = Int64(Int32.max)
    let numbers = [year, month, day, dayOfYear ?? 0, hour, minute, second, millisecond]
    return numbers.allSatisfy { abs($0) <= limit } && abs(year) <= 292_278_994
  }

  /// What was read, as a lenient calendar adds it up.
  var milliseconds: Int64 {
    let year = isBeforeChrist ? 1 - year : year
    let days =
      dayOfYear.map { JavaCalendar.days(year: year, month: 1, day: 1) &+ $0 &- 1 }
      ?? JavaCalendar.days(year: year, month: month, day: day)
    var hour = hour
    if isTwelveHours { hour = (hour == 12 ? 0 : hour) + (isAfternoon == true ? 12 : 0) }
    let minutes = hour &* 60 &+ minute &- offsetMinutes
    return days &* JavaCalendar.dayMilliseconds &+ minutes &* 60_000 &+ second &* 1000 &+ millisecond
  }

  mutating func skip(_ wanted: [UInt8]) -> Bool {
    guard at + wanted.count <= text.count else { return false }
    for (index, byte) in wanted.enumerated() where text[at + index] != byte { return false }
    at += wanted.count
    return true
  }

  mutating func field(_ letter: UInt8, _ count: Int, isAbutting: Bool) -> Bool {
    switch letter {
    case UInt8(ascii: "G"):
      if skipWord("AD") { return true }
      isBeforeChrist = skipWord("BC")
      return isBeforeChrist
    case UInt8(ascii: "M"), UInt8(ascii: "L"):
      guard count > 2 else { return number(count, isAbutting) { $0.month = $1 } }
      guard let name = name(DateNames.months) else { return false }
      month = Int64(name + 1)
      return true
    case UInt8(ascii: "E"): return name(DateNames.weekdays) != nil
    case UInt8(ascii: "a"):
      if skipWord("AM") {
        isAfternoon = false
        return true
      }
      isAfternoon = skipWord("PM")
      return isAfternoon == true
    case UInt8(ascii: "z"), UInt8(ascii: "Z"), UInt8(ascii: "X"): return zone(letter)
    case UInt8(ascii: "y"): return yearField(count, isAbutting)
    default: return number(count, isAbutting) { $0.set(letter, $1) }
    }
  }

  private mutating func set(_ letter: UInt8, _ value: Int64) {
    switch letter {
    case UInt8(ascii: "d"): day = value
    case UInt8(ascii: "D"): dayOfYear = value
    case UInt8(ascii: "H"): hour = value
    case UInt8(ascii: "k"): hour = value == 24 ? 0 : value
    case UInt8(ascii: "h"), UInt8(ascii: "K"):
      hour = value
      isTwelveHours = true
    case UInt8(ascii: "m"): minute = value
    case UInt8(ascii: "s"): second = value
    case UInt8(ascii: "S"): millisecond = value
    default: break
    }
  }

  private mutating func yearField(_ count: Int, _ isAbutting: Bool) -> Bool {
    let start = at
    var isRead = false
    var value: Int64 = 0
    isRead = number(count, isAbutting) { _, number in value = number }
    guard isRead else { return false }
    let digits = at - start
    // Two digits of a short pattern lie between 80 years ago and 20 years ahead.
    if count <= 2, digits == 2, text[start] != UInt8(ascii: "-") {
      let now = JavaCalendar(Int64(time(nil)) * 1000).year
      let first = now - 80
      value += first / 100 * 100
      if value < first { value += 100 }
    }
    year = value
    return true
  }

  /// Reads digits; blanks before them are passed over.
  private mutating func number(_ count: Int, _ isAbutting: Bool, _ body: (inout DateReader, Int64) -> Void) -> Bool {
    while at < text.count, text[at] == 0x20 || text[at] == 0x09 { at += 1 }
    let end = isAbutting ? min(text.count, at + count) : text.count
    if isAbutting, at + count > text.count { return false }
    var position = at
    let isNegative = !isAbutting && position < end && text[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let first = position
    var value: Int64 = 0
    while position < end, position - first < 18, text[position] >= 48, text[position] <= 57 {
      value = value * 10 + Int64(text[position] - 48)
      position += 1
    }
    guard position > first else { return false }
    at = position
    body(&self, isNegative ? -value : value)
    return true
  }

  private mutating func name(_ names: [[UInt8]]) -> Int? {
    // The longest name that stands here; full names first.
    for isFull in [true, false] {
      for (index, name) in names.enumerated() {
        let wanted = isFull ? name : Array(name.prefix(3))
        if stands(wanted) {
          at += wanted.count
          return index
        }
      }
    }
    return nil
  }

  private mutating func skipWord(_ word: StaticString) -> Bool {
    let wanted = Array(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    guard stands(wanted) else { return false }
    at += wanted.count
    return true
  }

  /// Whether a word stands here, in any case of letters.
  private func stands(_ wanted: [UInt8]) -> Bool {
    guard at + wanted.count <= text.count else { return false }
    for (index, byte) in wanted.enumerated() where text[at + index] | 0x20 != byte | 0x20 { return false }
    return true
  }

  /// `Z`, `UTC`, `GMT` or an offset like `+01:00`, `+0100`, `+01`.
  private mutating func zone(_ letter: UInt8) -> Bool {
    if letter == UInt8(ascii: "X"), skip([UInt8(ascii: "Z")]) { return true }
    let isNamed = letter != UInt8(ascii: "X") && (skipWord("UTC") || skipWord("GMT"))
    guard at < text.count, text[at] == UInt8(ascii: "+") || text[at] == UInt8(ascii: "-") else { return isNamed }
    let sign: Int64 = text[at] == UInt8(ascii: "-") ? -1 : 1
    at += 1
    guard let hours = twoDigits() else { return false }
    if at < text.count, text[at] == UInt8(ascii: ":") { at += 1 }
    offsetMinutes = sign * (hours * 60 + (twoDigits() ?? 0))
    return true
  }

  private mutating func twoDigits() -> Int64? {
    guard at + 2 <= text.count, text[at] >= 48, text[at] <= 57, text[at + 1] >= 48, text[at + 1] <= 57 else {
      return nil
    }
    defer { at += 2 }
    return Int64(text[at] - 48) * 10 + Int64(text[at + 1] - 48)
  }
}
