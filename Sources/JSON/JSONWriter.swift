extension JSONValue {
  /// The value as compact JSON text.
  public var text: String { String(decoding: utf8, as: UTF8.self) }

  /// The value as compact JSON text in UTF-8.
  public var utf8: [UInt8] {
    var out: [UInt8] = []
    write(to: &out, indentation: nil, level: 0)
    return out
  }

  /// The value as JSON text with two spaces of indentation per level.
  public var prettyText: String {
    var out: [UInt8] = []
    write(to: &out, indentation: 2, level: 0)
    return String(decoding: out, as: UTF8.self)
  }

  private func write(to out: inout [UInt8], indentation: Int?, level: Int) {
    switch self {
    case .null: out.append(contentsOf: "null".utf8)
    case .bool(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let text): out.append(contentsOf: text.utf8)
    case .string(let text): JSONText.appendQuoted(text, to: &out)
    case .array(let elements):
      list("[", "]", elements, to: &out, indentation, level) {
        $0.write(to: &$1, indentation: indentation, level: level + 1)
      }
    case .object(let object):
      list("{", "}", object.members, to: &out, indentation, level) {
        JSONText.appendQuoted($0.name, to: &$1)
        $1.append(UInt8(ascii: ":"))
        if indentation != nil { $1.append(UInt8(ascii: " ")) }
        $0.value.write(to: &$1, indentation: indentation, level: level + 1)
      }
    }
  }

  private func list<Item>(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ items: [Item], to out: inout [UInt8], _ indentation: Int?,
    _ level: Int, _ write: (Item, inout [UInt8]) -> Void
  ) {
    out.append(UInt8(ascii: open))
    for (index, item) in items.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      newLine(to: &out, indentation, level + 1)
      write(item, &out)
    }
    if !items.isEmpty { newLine(to: &out, indentation, level) }
    out.append(UInt8(ascii: close))
  }

  private func newLine(to out: inout [UInt8], _ indentation: Int?, _ level: Int) {
    guard let indentation else { return }
    out.append(0x0A)
    out.append(contentsOf: repeatElement(0x20, count: indentation * level))
  }
}

/// Pieces of JSON text for code that writes it without a `JSONValue`.
public enum JSONText {
  /// Appends a text in quotes, escaped.
  public static func appendQuoted(_ text: String, to out: inout [UInt8]) {
    var text = text
    text.withUTF8 { appendQuoted(UnsafeRawBufferPointer($0), to: &out) }
  }

  /// Appends UTF-8 bytes in quotes, escaped.
  public static func appendQuoted(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    var start = 0
    for index in bytes.indices {
      let byte = bytes[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
      out.append(contentsOf: bytes[start..<index])
      appendEscape(byte, to: &out)
      start = index + 1
    }
    out.append(contentsOf: bytes[start...])
    out.append(UInt8(ascii: "\""))
  }

  private static func appendEscape(_ byte: UInt8, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): out.append(byte)
    case 0x08: out.append(UInt8(ascii: "b"))
    case 0x0C: out.append(UInt8(ascii: "f"))
    case 0x0A: out.append(UInt8(ascii: "n"))
    case 0x0D: out.append(UInt8(ascii: "r"))
    case 0x09: out.append(UInt8(ascii: "t"))
    default:
      out.append(contentsOf: "u00".utf8)
      let digits = Array("0123456789abcdef".utf8)
      out.append(digits[Int(byte >> 4)])
      out.append(digits[Int(byte & 15)])
    }
  }
}
