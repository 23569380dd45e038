internal import ChangeModel

/// Points and PostGIS values.
enum GeometryText {
  /// `(1,2)`.
  static func appendPoint(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    guard text.count >= 5, text[0] == UInt8(ascii: "("), text[text.count - 1] == UInt8(ascii: ")"),
      let comma = text.firstIndex(of: UInt8(ascii: ",")),
      let x = NumberText.double(UnsafeRawBufferPointer(rebasing: text[1..<comma])),
      let y = NumberText.double(UnsafeRawBufferPointer(rebasing: text[(comma + 1)..<(text.count - 1)]))
    else { return false }
    appendPoint(x: x, y: y, to: &out)
    return true
  }

  /// The record: x, y, the same as little-endian WKB, no SRID.
  static func appendPoint(x: Double, y: Double, to out: inout ByteBuffer) {
    out.appendDouble(x)
    out.appendDouble(y)
    out.append([2, 21 << 1, 1, 1, 0, 0, 0])
    out.appendDouble(x)
    out.appendDouble(y)
    out.append(0)
  }

  /// Hexadecimal EWKB: the bytes as they stand, and the SRID that they hold, if any.
  static func append(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    guard text.count >= 10, HexText.append(text, to: &out) else { return false }
    let count = text.count / 2
    let wkb = UnsafeRawBufferPointer(rebasing: out.bytes.suffix(count))
    let isLittleEndian = wkb[0] == 1
    let flags = number(wkb, at: 1, isLittleEndian)
    guard flags & 0x2000_0000 != 0 else {
      out.append(0)
      return true
    }
    guard count >= 9 else { return false }
    let identifier = number(wkb, at: 5, isLittleEndian)
    out.append(2)
    out.appendLong(Int64(Int32(bitPattern: identifier)))
    return true
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, at: Int, _ isLittleEndian: Bool) -> UInt32 {
    let raw = bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)
    return isLittleEndian ? UInt32(littleEndian: raw) : UInt32(bigEndian: raw)
  }

  /// An empty collection without SRID.
  static func appendEmpty(to out: inout ByteBuffer) {
    out.append([9 << 1, 1, 7, 0, 0, 0, 0, 0, 0, 0, 0])
  }
}
