/// Java's `\p{…}` names in PCRE2's syntax.
enum JavaProperty {
  /// What stands for a property, inside or outside of a character class; nil: it is not supported (blocks `In…`,
  /// `java…` methods).
  static func translate(_ name: String, isNegated: Bool, isInClass: Bool) -> String? {
    if let posix = posix[name] { return translate(posix: posix, isNegated, isInClass) }
    if name == "ASCII" { return ascii(isNegated, isInClass) }
    guard let unicode = unicodeName(name) else { return nil }
    let isOpposite = unicode.hasPrefix("^")
    let letter = isNegated != isOpposite ? "P" : "p"
    return "\\\(letter){\(isOpposite ? String(unicode.dropFirst()) : unicode)}"
  }

  private static let posix = [
    "Lower": "lower", "Upper": "upper", "Alpha": "alpha", "Digit": "digit", "Alnum": "alnum", "Punct": "punct",
    "Graph": "graph", "Print": "print", "Blank": "blank", "Cntrl": "cntrl", "XDigit": "xdigit", "Space": "space",
  ]

  private static func translate(posix: String, _ isNegated: Bool, _ isInClass: Bool) -> String {
    let inner = isNegated ? "[:^\(posix):]" : "[:\(posix):]"
    return isInClass ? inner : "[\(inner)]"
  }

  private static func ascii(_ isNegated: Bool, _ isInClass: Bool) -> String {
    let range = isNegated ? #"\x{80}-\x{10FFFF}"# : #"\x{0}-\x{7F}"#
    return isInClass ? range : "[\(range)]"
  }

  /// Binary properties whose names differ.
  private static let binary = [
    "Letter": "L", "Punctuation": "P", "Control": "Cc", "Digit": "Nd", "Titlecase": "Lt", "Assigned": "^Cn",
  ]

  private static func unicodeName(_ name: String) -> String? {
    if let equals = name.firstIndex(of: "=") {
      let value = String(name[name.index(after: equals)...])
      switch name[..<equals].lowercased() {
      case "script", "sc": return "sc:\(value)"
      case "general_category", "gc": return value
      default: return nil
      }
    }
    if name.hasPrefix("java") || name.hasPrefix("In") { return nil }
    if name.hasPrefix("Is") {
      let rest = String(name.dropFirst(2))
      return binary[rest] ?? rest
    }
    // L, Lu, LC, L1: general categories. Java knows no script without Is.
    return name.utf8.count <= 2 ? (name == "LC" ? "L&" : name) : nil
  }
}
