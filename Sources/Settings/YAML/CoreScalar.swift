internal import JSON

/// The meaning of a scalar by the core schema of YAML 1.2 (10.3.2): `yes` and `on` are texts.
enum CoreScalar {
  private static let tagPrefix = "tag:yaml.org,2002:"

  static func resolve(_ text: String, isPlain: Bool, tag: String?) -> JSONValue {
    switch tag.map(shortTag) {
    case "str": return .string(text)
    case nil: return isPlain ? plain(text) : .string(text)
    default: return plain(text)
    }
  }

  /// Refuses tags that have no meaning in JSON, and values that are not what their tag says.
  static func check(_ event: YAMLEvent) throws(YAMLProblem) {
    guard let tag = event.tag.map(shortTag) else { return }
    let value = plain(event.text)
    let isRight =
      switch tag {
      case "str", "!": true
      case "null": value == .null
      case "bool": value == .bool(true) || value == .bool(false)
      case "int": Int(event.text) != nil || value.int != nil
      case "float": value.double != nil || infinity(event.text)
      default: false
      }
    guard isRight else { throw YAMLProblem("the tag !!\(tag) does not fit the value, or is not supported", event.mark) }
  }

  private static func shortTag(_ tag: String) -> String {
    tag.hasPrefix(tagPrefix) ? String(tag.dropFirst(tagPrefix.count)) : tag
  }

  private static func plain(_ text: String) -> JSONValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: return number(text).map { .number($0) } ?? .string(text)
    }
  }

  private static func infinity(_ text: String) -> Bool {
    [".inf", "+.inf", "-.inf", ".nan"].contains(text.lowercased())
  }

  /// The number as JSON writes it, with its own digits; nil: it is none. Infinity and NaN, which JSON does not have,
  /// stay texts.
  private static func number(_ text: String) -> String? {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] where text.hasPrefix(prefix) {
      let digits = text.dropFirst(2)
      guard digits.utf8.first != UInt8(ascii: "-"), digits.utf8.first != UInt8(ascii: "+") else { return nil }
      return UInt64(digits, radix: radix).map { String($0) }
    }
    var rest = text.utf8[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    let whole = takeDigits(&rest)
    var fraction = ""
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = takeDigits(&rest)
      if fraction.isEmpty, whole.isEmpty { return nil }
    } else if whole.isEmpty {
      return nil
    }
    guard let exponent = takeExponent(&rest), rest.isEmpty else { return nil }
    let trimmed = whole.drop { $0 == "0" }
    return (isNegative ? "-" : "") + (trimmed.isEmpty ? "0" : trimmed) + (fraction.isEmpty ? "" : "." + fraction)
      + exponent
  }

  private static func takeDigits(_ rest: inout Substring.UTF8View) -> String {
    let digits = rest.prefix { ("0"..."9").contains(Unicode.Scalar($0)) }
    rest.removeFirst(digits.count)
    return String(Substring(digits))
  }

  /// Empty where there is none; nil where it is malformed.
  private static func takeExponent(_ rest: inout Substring.UTF8View) -> String? {
    guard rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") else { return "" }
    rest.removeFirst()
    var sign = ""
    if let first = rest.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
      sign = String(Unicode.Scalar(first))
      rest.removeFirst()
    }
    let digits = takeDigits(&rest)
    return digits.isEmpty ? nil : "e" + sign + digits
  }
}
