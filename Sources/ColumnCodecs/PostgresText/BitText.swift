internal import ChangeModel

/// Bit strings.
enum BitText {
  static func appendBoolean(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    guard text.count == 1, text[0] & 0xFE == UInt8(ascii: "0") else { return false }
    out.append(text[0] & 1)
    return true
  }

  /// Lowest bit (the last character) first; bytes above the highest bit that is set are left out, as Debezium does.
  static func append(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    var first = 0
    while first < text.count, text[first] == UInt8(ascii: "0") { first += 1 }
    let bits = text.count - first
    let count = (bits + 7) / 8
    out.appendLong(Int64(count))
    let end = out.reserve(count)
    for index in 0..<count {
      var byte: UInt8 = 0
      for bit in 0..<min(8, bits - index * 8) {
        let character = text[text.count - 1 - index * 8 - bit]
        guard character & 0xFE == UInt8(ascii: "0") else { return false }
        byte |= (character & 1) << UInt8(bit)
      }
      end.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
    }
    out.commit(count)
    return true
  }
}
