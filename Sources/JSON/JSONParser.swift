/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public var message: String
  /// The line, from 1.
  public var line: Int
  /// The column in bytes, from 1.
  public var column: Int

  /// An error at a place.
  public init(message: String, line: Int, column: Int) {
    self.message = message
    self.line = line
    self.column = column
  }

  /// `line 3, column 7: a comma or } is missing`.
  public var description: String { "line \(line), column \(column): \(message)" }
}

extension JSONValue {
  /// Parses a JSON text (RFC 8259) in UTF-8. Throws a `JSONError`.
  public init(parsing bytes: some Sequence<UInt8>) throws(JSONError) {
    var parser = JSONParser(bytes: Array(bytes))
    self = try parser.document()
  }

  /// Parses a JSON text. Throws a `JSONError`.
  public init(parsing text: String) throws(JSONError) {
    try self.init(parsing: text.utf8)
  }
}

/// A recursive-descent parser with a limit on nesting.
struct JSONParser {
  private static let nestingLimit = 512
  private let bytes: [UInt8]
  private var at = 0
  private var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    let value = try value()
    skipSpace()
    guard at == bytes.count else { throw error("there is more text behind the value") }
    return value
  }

  private mutating func value() throws(JSONError) -> JSONValue {
    skipSpace()
    guard at < bytes.count else { throw error("a value is missing at the end of the text") }
    switch bytes[at] {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    try descend()
    defer { depth -= 1 }
    at += 1
    var members: [JSONObject.Member] = []
    var names: Set<String> = []
    skipSpace()
    if take("}") { return .object(JSONObject()) }
    repeat {
      skipSpace()
      guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
        throw error("a member's name in quotes is missing")
      }
      let name = try string()
      guard names.insert(name).inserted else { throw error("the name \"\(name)\" stands twice in one object") }
      skipSpace()
      guard take(":") else { throw error("a colon is missing behind the name \"\(name)\"") }
      members.append(.init(name, try value()))
      skipSpace()
    } while take(",")
    guard take("}") else { throw error("a comma or } is missing") }
    return .object(JSONObject(unique: members))
  }

  private mutating func array() throws(JSONError) -> JSONValue {
    try descend()
    defer { depth -= 1 }
    at += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take("]") { return .array([]) }
    repeat {
      elements.append(try value())
      skipSpace()
    } while take(",")
    guard take("]") else { throw error("a comma or ] is missing") }
    return .array(elements)
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = at
    _ = take("-")
    if !take("0") { guard skipDigits() > 0 else { throw error("this is not a JSON value") } }
    if take(".") { guard skipDigits() > 0 else { throw error("a digit is missing behind the point") } }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      guard skipDigits() > 0 else { throw error("a digit is missing in the exponent") }
    }
    return .number(String(decoding: bytes[start..<at], as: UTF8.self))
  }

  private mutating func string() throws(JSONError) -> String {
    at += 1
    var text: [UInt8] = []
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        guard let valid = String(validating: text, as: UTF8.self) else { throw error("a string is not valid UTF-8") }
        return valid
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw error("a control character in a string must be escaped")
      default:
        text.append(byte)
        at += 1
      }
    }
    throw error("a quote is missing at the end of a string")
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    guard at + 1 < bytes.count else { throw error("an escape is cut off") }
    let letter = bytes[at + 1]
    at += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "u"): try unicode(into: &text)
    default:
      at -= 1
      throw error("this is not an escape that JSON has")
    }
  }

  private mutating func unicode(into text: inout [UInt8]) throws(JSONError) {
    var code = try hexadecimal()
    if (0xD800..<0xDC00).contains(code) {
      guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
        throw error("the second half of a surrogate pair is missing")
      }
      at += 2
      let low = try hexadecimal()
      guard (0xDC00..<0xE000).contains(low) else { throw error("the second half of a surrogate pair is wrong") }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair stands alone") }
    text.append(contentsOf: Array(String(Character(scalar)).utf8))
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    guard at + 4 <= bytes.count else { throw error("four hexadecimal digits are missing") }
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue, bytes[at] < 0x80 else {
        throw error("this is not a hexadecimal digit")
      }
      code = code << 4 | UInt32(digit)
      at += 1
    }
    return code
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    let count = word.utf8CodeUnitCount
    guard at + count <= bytes.count else { throw error("this is not a JSON value") }
    for index in 0..<count where bytes[at + index] != word.utf8Start[index] { throw error("this is not a JSON value") }
    at += count
    return value
  }

  private mutating func descend() throws(JSONError) {
    depth += 1
    guard depth <= Self.nestingLimit else { throw error("nested deeper than \(Self.nestingLimit) levels") }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }

  private mutating func skipDigits() -> Int {
    let start = at
    while at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) { at += 1 }
    return at - start
  }

  private mutating func skipSpace() {
    while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
  }

  private func error(_ message: String) -> JSONError {
    let before = bytes[..<min(at, bytes.count)]
    let line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return JSONError(message: message, line: line, column: before.count - lineStart + 1)
  }
}
