/// Reads elements, text, CDATA and the predefined entities; steps over comments and processing instructions; refuses
/// document types, which could define entities.
struct XMLParser {
  private static let depthLimit = 32
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() -> XMLElement? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    guard skipMisc(), let root = element(0), skipMisc(), at == bytes.count else { return nil }
    return root
  }

  /// Steps over space, comments and processing instructions. False: one of them does not end.
  private mutating func skipMisc() -> Bool {
    while at < bytes.count {
      if Self.isSpace(bytes[at]) {
        at += 1
      } else if starts("<?") {
        guard skip(to: "?>") else { return false }
      } else if starts("<!--") {
        guard skip(to: "-->") else { return false }
      } else {
        return true
      }
    }
    return true
  }

  private mutating func element(_ depth: Int) -> XMLElement? {
    guard depth < Self.depthLimit, let (name, isEmpty) = tag() else { return nil }
    var element = XMLElement(name: Self.local(name))
    if isEmpty { return element }
    var text: [UInt8] = []
    while at < bytes.count {
      if starts("</") {
        at += 2
        guard starts(name) else { return nil }
        at += name.utf8.count
        skipSpace()
        guard take(">") else { return nil }
        element.text = String(decoding: text, as: UTF8.self)
        return element
      }
      if starts("<![CDATA[") {
        let start = at + 9
        guard skip(to: "]]>") else { return nil }
        text += bytes[start..<(at - 3)]
      } else if starts("<!--") {
        guard skip(to: "-->") else { return nil }
      } else if starts("<?") {
        guard skip(to: "?>") else { return nil }
      } else if starts("<") {
        guard let child = self.element(depth + 1) else { return nil }
        element.children.append(child)
      } else if starts("&") {
        guard let character = entity() else { return nil }
        text += Array(String(character).utf8)
      } else {
        text.append(bytes[at])
        at += 1
      }
    }
    return nil
  }

  /// A start tag; its attributes are stepped over.
  private mutating func tag() -> (name: String, isEmpty: Bool)? {
    guard take("<") else { return nil }
    let start = at
    while at < bytes.count, Self.isName(bytes[at]) { at += 1 }
    guard at > start else { return nil }
    let name = String(decoding: bytes[start..<at], as: UTF8.self)
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: ">"):
        at += 1
        return (name, false)
      case UInt8(ascii: "/"):
        at += 1
        return take(">") ? (name, true) : nil
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        let quote = bytes[at]
        at += 1
        while at < bytes.count, bytes[at] != quote { at += 1 }
        at += 1
      case UInt8(ascii: "<"): return nil
      default: at += 1
      }
    }
    return nil
  }

  private mutating func entity() -> Character? {
    guard let end = bytes[at..<min(at + 12, bytes.count)].firstIndex(of: UInt8(ascii: ";")) else { return nil }
    let name = String(decoding: bytes[(at + 1)..<end], as: UTF8.self)
    at = end + 1
    switch name {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default:
      guard name.hasPrefix("#") else { return nil }
      let isHex = name.hasPrefix("#x")
      let number = UInt32(name.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10)
      return number.flatMap { Unicode.Scalar($0) }.map { Character($0) }
    }
  }

  private func starts(_ text: String) -> Bool { bytes[at...].starts(with: text.utf8) }

  private mutating func take(_ text: String) -> Bool {
    guard starts(text) else { return false }
    at += text.utf8.count
    return true
  }

  /// Moves behind the next `text`.
  private mutating func skip(to text: String) -> Bool {
    while at < bytes.count {
      if take(text) { return true }
      at += 1
    }
    return false
  }

  private mutating func skipSpace() {
    while at < bytes.count, Self.isSpace(bytes[at]) { at += 1 }
  }

  private static func local(_ name: String) -> String { name.split(separator: ":").last.map(String.init) ?? name }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: ":"), 0x80...:
      true
    default: false
    }
  }
}
