/// Rewrites a pattern of ECMA-262 (Unicode mode) where PCRE2 would read it otherwise, and refuses what it does not have.
struct ECMAPatternTranslator {
  /// What `\s` stands for in ECMA-262.
  private static let spaces =
    #"\t\n\x0B\f\r\x{20}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}"#
  private let source: [Unicode.Scalar]
  private var at = 0
  private var out = ""
  private var isInClass = false
  private var isQuantifier = false
  private var wasQuantifier = false

  private init(_ pattern: String) { source = Array(pattern.unicodeScalars) }

  /// The pattern in PCRE2's syntax.
  static func translate(_ pattern: String) throws(PatternProblem) -> String {
    var translator = ECMAPatternTranslator(pattern)
    while translator.at < translator.source.count { try translator.step() }
    return translator.out
  }

  private mutating func step() throws(PatternProblem) {
    defer { wasQuantifier = isQuantifier }
    isQuantifier = false
    switch source[at] {
    case "\\": try escape()
    // What looks like a POSIX class is a set of letters in ECMA-262.
    case "[" where isInClass: emit("\\[", 1)
    case "[":
      isInClass = true
      copy(1)
      if peek(0) == "^" { copy(1) }
    case "]" where isInClass:
      isInClass = false
      copy(1)
    case "." where !isInClass: emit(#"[^\n\r\x{2028}\x{2029}]"#, 1)
    case "(" where !isInClass: try group()
    case "*", "+", "?", "{":
      if !isInClass { return try quantifier() }
      copy(1)
    default: copy(1)
    }
  }

  private func peek(_ distance: Int) -> Unicode.Scalar? { at + distance < source.count ? source[at + distance] : nil }

  private mutating func copy(_ count: Int) {
    for scalar in source[at..<min(at + count, source.count)] { out.unicodeScalars.append(scalar) }
    at += count
  }

  private mutating func emit(_ text: String, _ consumed: Int) {
    out += text
    at += consumed
  }

  /// `+` behind a quantifier is PCRE2's own; ECMA-262 only has `?` there.
  private mutating func quantifier() throws(PatternProblem) {
    if wasQuantifier {
      guard source[at] == "?" else { throw problem("a quantifier has nothing to repeat") }
      return copy(1)
    }
    if source[at] == "{" {
      guard let end = source[at...].firstIndex(of: "}"), end > at + 1,
        source[(at + 1)..<end].allSatisfy({ ("0"..."9").contains($0) || $0 == "," }), source[at + 1] != ","
      else { throw problem("a { that is no quantifier must be escaped") }
      copy(end + 1 - at)
    } else {
      copy(1)
    }
    isQuantifier = true
  }

  private mutating func group() throws(PatternProblem) {
    if peek(1) == "*" { throw problem("a quantifier has nothing to repeat") }
    guard peek(1) == "?" else { return copy(1) }
    switch peek(2) {
    case ":", "=", "!", "<": copy(3)
    default: throw problem("a group that ECMA-262 does not have")
    }
  }

  private mutating func escape() throws(PatternProblem) {
    guard let next = peek(1) else { throw problem("the pattern ends in a backslash") }
    switch next {
    case "s": emit(isInClass ? Self.spaces : "[\(Self.spaces)]", 2)
    case "S":
      guard !isInClass else { throw problem("\\S inside a character class is not supported") }
      emit("[^\(Self.spaces)]", 2)
    case "u": try unicode()
    case "p", "P": try property(isNegated: next == "P")
    case "v": emit(#"\x0B"#, 2)
    case "0": emit(#"\x00"#, 2)
    case "k":
      guard peek(2) == "<" else { throw problem("\\k must be followed by a group's name") }
      copy(2)
    case "c":
      guard let letter = peek(2), letter.isASCII, letter.properties.isAlphabetic else {
        throw problem("\\c must be followed by a letter")
      }
      copy(3)
    case "x":
      guard let first = peek(2), let second = peek(3), first.properties.isASCIIHexDigit,
        second.properties.isASCIIHexDigit
      else { throw problem("\\x must be followed by two hexadecimal digits") }
      copy(4)
    case "b" where isInClass: emit(#"\x08"#, 2)
    case "d", "D", "w", "W", "b", "B", "f", "n", "r", "t", "1"..."9": copy(2)
    default:
      guard next.isASCII, !next.properties.isAlphabetic else {
        throw problem("the escape \\\(next) is not one of ECMA-262")
      }
      copy(2)
    }
  }

  private mutating func unicode() throws(PatternProblem) {
    if peek(2) == "{" {
      guard let end = source[at...].firstIndex(of: "}"),
        let value = UInt32(String(String.UnicodeScalarView(source[(at + 3)..<end])), radix: 16),
        Unicode.Scalar(value) != nil
      else { throw problem("\\u{…} holds no character's number") }
      return emit("\\x{\(String(value, radix: 16))}", end + 1 - at)
    }
    var value = try hexadecimal()
    if value & 0xFC00 == 0xD800, peek(0) == "\\", peek(1) == "u" {
      let low = try hexadecimal()
      guard low & 0xFC00 == 0xDC00 else { throw problem("half of a surrogate pair stands alone") }
      value = 0x10000 + ((value & 0x3FF) << 10) + (low & 0x3FF)
    }
    guard Unicode.Scalar(value) != nil else { throw problem("half of a surrogate pair stands alone") }
    out += "\\x{\(String(value, radix: 16))}"
  }

  private mutating func hexadecimal() throws(PatternProblem) -> UInt32 {
    let digits = source[min(at + 2, source.count)...].prefix(4)
    guard digits.count == 4, digits.allSatisfy(\.properties.isASCIIHexDigit),
      let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
    else { throw problem("\\u must be followed by four hexadecimal digits") }
    at += 6
    return value
  }

  private mutating func property(isNegated: Bool) throws(PatternProblem) {
    guard peek(2) == "{", let end = source[at...].firstIndex(of: "}") else {
      throw problem("\\p must be followed by a property in braces")
    }
    let name = String(String.UnicodeScalarView(source[(at + 3)..<end]))
    let letter = isNegated ? "P" : "p"
    if let equals = name.firstIndex(of: "=") {
      let value = String(name[name.index(after: equals)...])
      switch name[..<equals] {
      case "Script", "sc", "Script_Extensions", "scx": out += "\\\(letter){\(value)}"
      case "General_Category", "gc": out += "\\\(letter){\(Self.categories[value] ?? value)}"
      default: throw problem("the property \(name) is not supported")
      }
    } else if name == "ASCII" {
      let range = isNegated ? #"\x{80}-\x{10FFFF}"# : #"\x{0}-\x{7F}"#
      out += isInClass ? range : "[\(range)]"
    } else {
      out += "\\\(letter){\(Self.categories[name] ?? name)}"
    }
    at = end + 1
  }

  private static let categories = [
    "Letter": "L", "Cased_Letter": "L&", "LC": "L&", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll",
    "Titlecase_Letter": "Lt", "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M", "Combining_Mark": "M",
    "Nonspacing_Mark": "Mn", "Spacing_Mark": "Mc", "Enclosing_Mark": "Me", "Number": "N", "Decimal_Number": "Nd",
    "digit": "Nd", "Letter_Number": "Nl", "Other_Number": "No", "Punctuation": "P", "punct": "P",
    "Connector_Punctuation": "Pc", "Dash_Punctuation": "Pd", "Open_Punctuation": "Ps", "Close_Punctuation": "Pe",
    "Initial_Punctuation": "Pi", "Final_Punctuation": "Pf", "Other_Punctuation": "Po", "Symbol": "S",
    "Math_Symbol": "Sm", "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk", "Other_Symbol": "So", "Separator": "Z",
    "Space_Separator": "Zs", "Line_Separator": "Zl", "Paragraph_Separator": "Zp", "Other": "C", "Control": "Cc",
    "cntrl": "Cc", "Format": "Cf", "Surrogate": "Cs", "Private_Use": "Co", "Unassigned": "Cn",
  ]

  private func problem(_ message: String) -> PatternProblem { PatternProblem(message: message, offset: at) }
}
