/// A pattern of Joda-Time's `DateTimeFormat`, as `path.format` has it, for writing with English names.
struct JodaPattern {
  /// What is wrong with a pattern, in Joda-Time's words.
  struct Problem: Error {
    var message: String
  }

  private enum Token {
    case text(String)
    case field(letter: Character, count: Int)
  }

  private let tokens: [Token]

  init(_ pattern: String) throws(Problem) {
    var tokens: [Token] = []
    var text = ""
    func flush() {
      if !text.isEmpty { tokens.append(.text(text)) }
      text = ""
    }
    let characters = Array(pattern)
    var at = 0
    while at < characters.count {
      let character = characters[at]
      if character == "'" {
        at = Self.quoted(characters, from: at, into: &text)
      } else if character.isASCII, character.isLetter {
        var count = 1
        while at + count < characters.count, characters[at + count] == character { count += 1 }
        guard Self.letters.contains(character) else {
          throw Problem(message: "Illegal pattern component: \(String(repeating: character, count: count))")
        }
        flush()
        tokens.append(.field(letter: character, count: count))
        at += count
      } else {
        text.append(character)
        at += 1
      }
    }
    flush()
    guard !tokens.isEmpty else { throw Problem(message: "Invalid pattern specification") }
    self.tokens = tokens
  }

  /// Whether it writes names of months, days, eras or halves of the day, which a locale would change.
  var hasNames: Bool {
    tokens.contains { token in
      guard case .field(let letter, let count) = token else { return false }
      return "aGEz".contains(letter) || (letter == "M" && count >= 3)
    }
  }

  /// The text of a moment (milliseconds since 1970) in a zone.
  func text(of time: Int64, in zone: TimeZoneTable) -> String {
    let civil = CivilTime(local: zone.local(fromUTC: time))
    var out = ""
    for token in tokens {
      switch token {
      case .text(let text): out += text
      case .field(let letter, let count): out += Self.field(letter, count, civil, time, zone)
      }
    }
    return out
  }

  private static let letters: Set<Character> = Set("GCYxwEeyDMdaKhHkmsSzZ")
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  private static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  /// Reads a quoted text, or a quote that stands for itself; returns the place behind it.
  private static func quoted(_ characters: [Character], from start: Int, into text: inout String) -> Int {
    if start + 1 < characters.count, characters[start + 1] == "'" {
      text.append("'")
      return start + 2
    }
    var at = start + 1
    while at < characters.count {
      if characters[at] == "'" {
        guard at + 1 < characters.count, characters[at + 1] == "'" else { return at + 1 }
        text.append("'")
        at += 2
      } else {
        text.append(characters[at])
        at += 1
      }
    }
    return at
  }

  private static func field(
    _ letter: Character, _ count: Int, _ civil: CivilTime, _ time: Int64, _ zone: TimeZoneTable
  ) -> String {
    let hour = civil.milliseconds / 3_600_000
    switch letter {
    case "G": return civil.year > 0 ? "AD" : "BC"
    case "C": return padded(abs(eraYear(civil.year)) / 100, count)
    case "Y": return year(eraYear(civil.year), count)
    case "y": return year(civil.year, count)
    case "x": return year(civil.week.year, count)
    case "w": return padded(civil.week.number, count)
    case "e": return padded(civil.weekday, count)
    case "E": return name(days[civil.weekday - 1], count >= 4)
    case "D": return padded(civil.dayOfYear, count)
    case "M": return count >= 3 ? name(months[civil.month - 1], count >= 4) : padded(civil.month, count)
    case "d": return padded(civil.day, count)
    case "a": return hour < 12 ? "AM" : "PM"
    case "K": return padded(hour % 12, count)
    case "h": return padded(hour % 12 == 0 ? 12 : hour % 12, count)
    case "H": return padded(hour, count)
    case "k": return padded(hour == 0 ? 24 : hour, count)
    case "m": return padded(civil.milliseconds / 60_000 % 60, count)
    case "s": return padded(civil.milliseconds / 1000 % 60, count)
    case "S": return fraction(civil.milliseconds % 1000, count)
    case "z": return zone.name(at: time)
    default: return offset(zone, time, count)
    }
  }

  private static func eraYear(_ year: Int) -> Int { year > 0 ? year : 1 - year }

  /// Two letters mean two digits, any other number at least so many.
  private static func year(_ year: Int, _ count: Int) -> String {
    count == 2 ? padded(((year % 100) + 100) % 100, 2) : padded(year, count)
  }

  private static func padded(_ number: Int, _ count: Int) -> String {
    let digits = String(abs(number))
    return (number < 0 ? "-" : "") + String(repeating: "0", count: max(count - digits.count, 0)) + digits
  }

  private static func name(_ name: String, _ isFull: Bool) -> String { isFull ? name : String(name.prefix(3)) }

  private static func fraction(_ milliseconds: Int, _ count: Int) -> String {
    let digits = padded(milliseconds, 3)
    return count <= 3 ? String(digits.prefix(count)) : digits + String(repeating: "0", count: count - 3)
  }

  private static func offset(_ zone: TimeZoneTable, _ time: Int64, _ count: Int) -> String {
    guard count < 3 else { return zone.id }
    let minutes = Int(zone.offset(at: time) / 60_000)
    let sign = minutes < 0 ? "-" : "+"
    return sign + padded(abs(minutes) / 60, 2) + (count == 2 ? ":" : "") + padded(abs(minutes) % 60, 2)
  }
}
