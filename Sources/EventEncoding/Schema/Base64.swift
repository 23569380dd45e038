/// Base64 with padding (RFC 4648, section 4), as Kafka Connect's JSON converter writes bytes.
enum Base64 {
  private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

  /// The text of some bytes.
  static func text(of bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    bytes.withUnsafeBytes { append($0, to: &out) }
    return String(decoding: out, as: UTF8.self)
  }

  /// Appends the text of some bytes.
  static func append(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
    out.reserveCapacity(out.count + (bytes.count + 2) / 3 * 4)
    var at = 0
    while at < bytes.count {
      let left = bytes.count - at
      let group =
        UInt32(bytes[at]) << 16 | (left > 1 ? UInt32(bytes[at + 1]) << 8 : 0) | (left > 2 ? UInt32(bytes[at + 2]) : 0)
      out.append(letter(group >> 18))
      out.append(letter(group >> 12))
      out.append(left > 1 ? letter(group >> 6) : UInt8(ascii: "="))
      out.append(left > 2 ? letter(group) : UInt8(ascii: "="))
      at += 3
    }
  }

  private static func letter(_ bits: UInt32) -> UInt8 { alphabet.utf8Start[Int(bits & 63)] }
}
