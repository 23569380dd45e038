internal import ChangeModel

/// Pieces of JSON text, appended to a buffer without making objects.
enum JSONWriting {
  private static let digits = Array("0123456789ABCDEF".utf8)
  private static let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Appends UTF-8 in quotes, escaped as Jackson does. False: it is not valid UTF-8.
  static func appendQuoted(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    out.append(UInt8(ascii: "\""))
    var start = 0
    var high: UInt8 = 0
    var at = 0
    let count = bytes.count
    while at < count {
      let byte = bytes[at]
      high |= byte
      if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        at &+= 1
        continue
      }
      if at > start { out.append(UnsafeRawBufferPointer(rebasing: bytes[start..<at])) }
      appendEscape(byte, to: &out)
      at &+= 1
      start = at
    }
    if at > start { out.append(UnsafeRawBufferPointer(rebasing: bytes[start..<at])) }
    out.append(UInt8(ascii: "\""))
    return high < 0x80 || String(validating: bytes, as: UTF8.self) != nil
  }

  private static func appendEscape(_ byte: UInt8, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): out.append(byte)
    case 0x08: out.append(UInt8(ascii: "b"))
    case 0x0C: out.append(UInt8(ascii: "f"))
    case 0x0A: out.append(UInt8(ascii: "n"))
    case 0x0D: out.append(UInt8(ascii: "r"))
    case 0x09: out.append(UInt8(ascii: "t"))
    default:
      out.append("u00" as StaticString)
      out.append(digits[Int(byte >> 4)])
      out.append(digits[Int(byte & 15)])
    }
  }

  /// Appends bytes as base64, without quotes.
  static func appendBase64(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
    let room = out.reserve((bytes.count + 2) / 3 * 4).assumingMemoryBound(to: UInt8.self)
    base64.withUnsafeBufferPointer { table in
      var at = 0
      var written = 0
      while at < bytes.count {
        let left = bytes.count - at
        let group =
          UInt32(bytes[at]) << 16 | (left > 1 ? UInt32(bytes[at + 1]) << 8 : 0) | (left > 2 ? UInt32(bytes[at + 2]) : 0)
        room[written] = table[Int(group >> 18)]
        room[written + 1] = table[Int(group >> 12 & 63)]
        room[written + 2] = left > 1 ? table[Int(group >> 6 & 63)] : UInt8(ascii: "=")
        room[written + 3] = left > 2 ? table[Int(group & 63)] : UInt8(ascii: "=")
        written += 4
        at += 3
      }
    }
    out.commit((bytes.count + 2) / 3 * 4)
  }

  /// Appends bytes as base64 in quotes.
  static func appendBytes(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "\""))
    appendBase64(bytes, to: &out)
    out.append(UInt8(ascii: "\""))
  }
}
