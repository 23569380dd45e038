internal import Flow

/// What tells one run of a task from the next, in the header `__debezium.context.runId`: a UUID of version 7 (RFC 9562),
/// which begins with the time.
enum RunID {
  /// A new one.
  static func next() -> String {
    var generator = SystemRandomNumberGenerator()
    let milliseconds = UInt64(SystemTime.wallMicroseconds / 1000) & 0xffff_ffff_ffff
    let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0xfff, using: &generator)
    let low = 0x8000_0000_0000_0000 | UInt64.random(in: 0...0x3fff_ffff_ffff_ffff, using: &generator)
    let digits = Array(hexadecimal(high) + hexadecimal(low))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
