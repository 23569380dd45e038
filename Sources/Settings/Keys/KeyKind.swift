/// The type of a key's value, by the names and rules of Kafka's ConfigDef.
public enum KeyKind: String, Sendable {
  /// A text, trimmed.
  case string = "STRING"
  /// A whole number of 32 bits.
  case int = "INT"
  /// A whole number of 64 bits.
  case long = "LONG"
  /// A whole number of 16 bits.
  case short = "SHORT"
  /// A floating point number.
  case double = "DOUBLE"
  /// `true` or `false`, in any case.
  case boolean = "BOOLEAN"
  /// Texts separated by commas, each trimmed.
  case list = "LIST"
  /// A text that is never shown.
  case password = "PASSWORD"
  /// A class name, or one of our short names.
  case `class` = "CLASS"
}

/// A value of a key, parsed.
enum ConfigValue: Sendable, Equatable {
  case string(String)
  case integer(Int64)
  case double(Double)
  case boolean(Bool)
  case list([String])

  /// The value as text, as it could be configured.
  var text: String {
    switch self {
    case .string(let text): text
    case .integer(let number): String(number)
    case .double(let number): "\(number)"
    case .boolean(let flag): flag ? "true" : "false"
    case .list(let items): items.joined(separator: ",")
    }
  }
}

/// Why a text is no value of a kind, in the words of Kafka's ConfigDef.
struct ValueProblem: Error {
  var message: String
}

extension KeyKind {
  func parse(_ text: String) throws(ValueProblem) -> ConfigValue {
    let trimmed = text.trimmed
    switch self {
    case .string, .class: return .string(trimmed)
    case .password: return .string(text)
    case .boolean:
      switch trimmed.lowercased() {
      case "true": return .boolean(true)
      case "false": return .boolean(false)
      default: throw ValueProblem(message: "Expected value to be either true or false")
      }
    case .int: return .integer(Int64(try number(trimmed, Int32.self)))
    case .short: return .integer(Int64(try number(trimmed, Int16.self)))
    case .long: return .integer(try number(trimmed, Int64.self))
    case .double:
      guard let value = Double(trimmed) else { throw notANumber }
      return .double(value)
    case .list: return .list(Self.items(of: trimmed))
    }
  }

  /// The parts of a comma separated list, trimmed. An empty text has none; an empty part is kept, as Kafka does.
  static func items(of text: String) -> [String] {
    let trimmed = text.trimmed
    guard !trimmed.isEmpty else { return [] }
    return trimmed.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
  }

  private var notANumber: ValueProblem { ValueProblem(message: "Not a number of type \(rawValue)") }

  private func number<Number: FixedWidthInteger>(_ text: String, _: Number.Type) throws(ValueProblem) -> Number {
    guard let value = Number(text) else { throw notANumber }
    return value
  }
}

extension String {
  /// Without white space at both ends, as Java's `trim` does it.
  var trimmed: String {
    var bytes = utf8[...]
    while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    return bytes.count == utf8.count ? self : String(Substring(bytes))
  }
}
