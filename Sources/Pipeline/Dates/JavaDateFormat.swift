/// A pattern of `java.text.SimpleDateFormat`, in UTC and English, as far as its fields need no calendar of weeks.
struct JavaDateFormat: Sendable {
  /// A part of a pattern.
  enum Part: Sendable, Equatable {
    case text([UInt8])
    /// A letter with how often it stands there.
    case field(UInt8, Int)
  }

  /// Why a text is no pattern.
  struct Problem: Error {
    var message: String
  }

  private static let supported = Array("GyMLdDEuaHkKhmsSzZX".utf8)
  private static let refused = Array("wWYF".utf8)

  let parts: [Part]
  /// The pattern as it was written.
  let pattern: String

  /// Reads a pattern. Throws what is wrong with it.
  init(_ pattern: String) throws(Problem) {
    self.pattern = pattern
    var parts: [Part] = []
    var text: [UInt8] = []
    let bytes = Array(pattern.utf8)
    var at = 0
    var isQuoted = false
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "'") {
        if at + 1 < bytes.count, bytes[at + 1] == byte {
          text.append(byte)
          at += 2
        } else {
          isQuoted.toggle()
          at += 1
        }
        continue
      }
      let isLetter = byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
      guard isLetter, !isQuoted else {
        text.append(byte)
        at += 1
        continue
      }
      if !text.isEmpty { parts.append(.text(text)) }
      text = []
      let start = at
      while at < bytes.count, bytes[at] == byte { at += 1 }
      try Self.check(byte, count: at - start)
      parts.append(.field(byte, at - start))
    }
    guard !isQuoted else { throw Problem(message: "a quote is not closed") }
    if !text.isEmpty { parts.append(.text(text)) }
    self.parts = parts
  }

  private static func check(_ letter: UInt8, count: Int) throws(Problem) {
    let name = String(UnicodeScalar(letter))
    if refused.contains(letter) { throw Problem(message: "the pattern's letter \(name) (weeks) is not supported") }
    guard supported.contains(letter) else { throw Problem(message: "the letter \(name) means nothing in a pattern") }
    if letter == UInt8(ascii: "X"), count > 3 { throw Problem(message: "X may stand three times at most") }
  }

  private init(parts: [Part], pattern: String) {
    self.parts = parts
    self.pattern = pattern
  }

  /// A pattern of our own, which is known to be right; of any other the text itself.
  static func known(_ pattern: String) -> JavaDateFormat {
    do throws(Problem) { return try JavaDateFormat(pattern) } catch {
      return JavaDateFormat(parts: [.text(Array(pattern.utf8))], pattern: pattern)
    }
  }

  /// How many milliseconds pass before the text can change.
  var step: Int64 {
    var step = JavaCalendar.dayMilliseconds
    for case .field(let letter, _) in parts {
      switch letter {
      case UInt8(ascii: "S"): step = min(step, 1)
      case UInt8(ascii: "s"): step = min(step, 1000)
      case UInt8(ascii: "m"): step = min(step, 60_000)
      case UInt8(ascii: "H"), UInt8(ascii: "k"), UInt8(ascii: "K"), UInt8(ascii: "h"), UInt8(ascii: "a"):
        step = min(step, 3_600_000)
      default: break
      }
    }
    return step
  }
}

/// Names in dates, in English.
enum DateNames {
  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ].map { Array($0.utf8) }
  static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    .map { Array($0.utf8) }
}
