internal import ChangeModel

/// `"k"=>"v", "n"=>NULL` to `{"k":"v","n":null}`.
enum HstoreText {
  static func append(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    let start = out.count
    out.append(UInt8(ascii: "{"))
    var at = 0
    while at < text.count {
      if at > 0 {
        guard skip(", ", text, &at) else { return false }
        out.append(UInt8(ascii: ","))
      }
      guard quoted(text, &at, to: &out), skip("=>", text, &at) else { return false }
      out.append(UInt8(ascii: ":"))
      if skip("NULL", text, &at) {
        out.append("null")
      } else {
        guard quoted(text, &at, to: &out) else { return false }
      }
    }
    out.append(UInt8(ascii: "}"))
    out.sizeBytes(since: start)
    return true
  }

  /// Copies a quoted text. A quote and a backslash are escaped by a backslash in hstore as in JSON; only control
  /// characters need another form.
  private static func quoted(_ text: UnsafeRawBufferPointer, _ at: inout Int, to out: inout ByteBuffer) -> Bool {
    guard at < text.count, text[at] == UInt8(ascii: "\"") else { return false }
    out.append(UInt8(ascii: "\""))
    at += 1
    while at < text.count {
      let byte = text[at]
      at += 1
      switch byte {
      case UInt8(ascii: "\""):
        out.append(byte)
        return true
      case UInt8(ascii: "\\"):
        guard at < text.count else { return false }
        out.append(byte)
        out.append(text[at])
        at += 1
      case 0..<0x20: escape(byte, to: &out)
      default: out.append(byte)
      }
    }
    return false
  }

  private static func escape(_ byte: UInt8, to out: inout ByteBuffer) {
    switch byte {
    case 8: out.append("\\b")
    case 9: out.append("\\t")
    case 10: out.append("\\n")
    case 12: out.append("\\f")
    case 13: out.append("\\r")
    default:
      out.append("\\u00")
      out.append(48 + (byte >> 4))
      let low = byte & 15
      out.append(low < 10 ? 48 + low : 55 + low)
    }
  }

  private static func skip(_ word: StaticString, _ text: UnsafeRawBufferPointer, _ at: inout Int) -> Bool {
    let count = word.utf8CodeUnitCount
    guard at + count <= text.count else { return false }
    for index in 0..<count where text[at + index] != word.utf8Start[index] { return false }
    at += count
    return true
  }
}
