internal import ChangeModel

/// Bytes written in hexadecimal digits.
enum HexText {
  /// `\x00ff` (`bytea_output` hex).
  static func appendBytea(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    guard text.count >= 2, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else { return false }
    return append(UnsafeRawBufferPointer(rebasing: text[2...]), to: &out)
  }

  /// Appends Avro bytes from hexadecimal digits.
  static func append(_ digits: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    guard digits.count % 2 == 0 else { return false }
    let count = digits.count / 2
    out.appendLong(Int64(count))
    let end = out.reserve(count)
    var wrong: UInt8 = 0
    for index in 0..<count {
      let high = value(digits[index &* 2])
      let low = value(digits[index &* 2 &+ 1])
      wrong |= high | low
      end.storeBytes(of: high << 4 | low & 15, toByteOffset: index, as: UInt8.self)
    }
    guard wrong < 16 else { return false }
    out.commit(count)
    return true
  }

  /// A digit's value; above 15 for what is no digit.
  @inline(__always) private static func value(_ digit: UInt8) -> UInt8 {
    let decimal = digit &- 48
    if decimal < 10 { return decimal }
    let letter = (digit | 0x20) &- 97
    return letter < 6 ? letter &+ 10 : 0xF0
  }
}
