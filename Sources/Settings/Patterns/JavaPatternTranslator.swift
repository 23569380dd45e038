/// Rewrites the syntax of `java.util.regex.Pattern` to PCRE2's where the two differ without an error, and refuses what
/// would silently match something else.
struct JavaPatternTranslator {
  private let source: [Unicode.Scalar]
  private var at = 0
  private var out = ""
  private var isInClass = false
  private var classStart = 0

  private init(_ pattern: String) { source = Array(pattern.unicodeScalars) }

  /// The pattern in PCRE2's syntax.
  static func translate(_ pattern: String) throws(PatternProblem) -> String {
    var translator = JavaPatternTranslator(pattern)
    return try translator.translated()
  }

  private mutating func translated() throws(PatternProblem) -> String {
    while at < source.count {
      let scalar = source[at]
      switch scalar {
      case "\\": try escape()
      case "[" where isInClass: throw problem("character classes inside character classes are not supported")
      case "[": openClass()
      case "]" where isInClass: closeClass()
      case "&" where isInClass && peek(1) == "&":
        throw problem("intersections of character classes (&&) are not supported")
      case "(" where !isInClass: try group()
      default: copy(1)
      }
    }
    return out
  }

  private func peek(_ distance: Int) -> Unicode.Scalar? { at + distance < source.count ? source[at + distance] : nil }

  private mutating func copy(_ count: Int) {
    for scalar in source[at..<min(at + count, source.count)] { out.unicodeScalars.append(scalar) }
    at += count
  }

  private mutating func openClass() {
    isInClass = true
    copy(1)
    if peek(0) == "^" { copy(1) }
    classStart = at
  }

  private mutating func closeClass() {
    // A ] right behind the opening stands for itself, in both languages.
    if at > classStart { isInClass = false }
    copy(1)
  }

  // MARK: Escapes

  private mutating func escape() throws(PatternProblem) {
    guard let next = peek(1) else { throw problem("the pattern ends in a backslash") }
    switch next {
    case "u": try unicodeEscape()
    case "Q": quote()
    case "p", "P": try property(isNegated: next == "P")
    case "0": try octal()
    case "K", "N", "C", "g", "L", "l", "o", "U", "E", "i", "I", "j", "J", "m", "M", "O", "q", "T", "y", "Y", "F":
      throw problem("the escape \\\(next) is not one of Java's patterns")
    default: copy(2)
    }
  }

  /// `\uD83D\uDE00` is one character, as Java reads it.
  private mutating func unicodeEscape() throws(PatternProblem) {
    let high = try hexadecimal()
    var scalar = Unicode.Scalar(high)
    if high & 0xFC00 == 0xD800, peek(0) == "\\", peek(1) == "u" {
      let low = try hexadecimal()
      if low & 0xFC00 == 0xDC00 {
        scalar = Unicode.Scalar(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF))
      }
    }
    guard let scalar else { throw problem("half of a surrogate pair stands alone") }
    out += "\\x{" + String(scalar.value, radix: 16) + "}"
  }

  private mutating func hexadecimal() throws(PatternProblem) -> UInt32 {
    let digits = String(String.UnicodeScalarView(source[min(at + 2, source.count)...].prefix(4)))
    guard digits.utf8.count == 4, let value = UInt32(digits, radix: 16), !digits.hasPrefix("+") else {
      throw problem("\\u must be followed by four hexadecimal digits")
    }
    at += 6
    return value
  }

  /// `\Q…\E` as it stands; without `\E` it goes to the end.
  private mutating func quote() {
    copy(2)
    while at < source.count {
      if peek(0) == "\\", peek(1) == "E" {
        copy(2)
        return
      }
      copy(1)
    }
  }

  /// `\0n`, `\0nn`, `\0mnn` (m up to 3).
  private mutating func octal() throws(PatternProblem) {
    var digits = source[min(at + 2, source.count)...].prefix(3).prefix { ("0"..."7").contains($0) }
    if digits.count == 3, digits.first.map({ $0 > "3" }) ?? false { digits = digits.dropLast() }
    guard let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 8) else {
      throw problem("\\0 must be followed by an octal number")
    }
    out += "\\x{" + String(value, radix: 16) + "}"
    at += 2 + digits.count
  }

  private mutating func property(isNegated: Bool) throws(PatternProblem) {
    guard peek(2) == "{" else { return copy(3) }
    guard let end = source[at...].firstIndex(of: "}") else { throw problem("a } is missing behind \\p{") }
    let name = String(String.UnicodeScalarView(source[(at + 3)..<end]))
    guard let property = JavaProperty.translate(name, isNegated: isNegated, isInClass: isInClass) else {
      throw problem("the property \\p{\(name)} is not supported")
    }
    out += property
    at = end + 1
  }

  // MARK: Groups

  private mutating func group() throws(PatternProblem) {
    if peek(1) == "*" { throw problem("(* is not one of Java's patterns") }
    guard peek(1) == "?" else { return copy(1) }
    switch peek(2) {
    case ":", "=", "!", ">": copy(3)
    case "<": copy(3)
    case let flag? where flag == "-" || flag == "^" || flag.properties.isAlphabetic: try flags()
    default: throw problem("a group that Java's patterns don't have")
    }
  }

  /// `(?i)`, `(?i-s:`. Letters fold by Unicode's rules always, so `u` has nothing to switch on.
  private mutating func flags() throws(PatternProblem) {
    out += "(?"
    at += 2
    while let flag = peek(0), flag != ")", flag != ":" {
      switch flag {
      case "i", "m", "s", "-": copy(1)
      case "u": at += 1
      default: throw problem("the flag (?\(flag)) is not supported")
      }
    }
    if out.hasSuffix("-") { out.removeLast() }
  }

  private func problem(_ message: String) -> PatternProblem { PatternProblem(message: message, offset: at) }
}

/// Why a regular expression can't be used.
public struct PatternProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public var message: String
  /// Where in the pattern, in characters from 0.
  public var offset: Int

  /// `… at position 5`.
  public var description: String { "\(message) at position \(offset + 1)" }
}
