/// The key of a source offset record, byte for byte as Kafka Connect writes it: `["<connector>",{source partition}]`.
public enum OffsetKey {
  /// The key of a connector's offset for one source partition, which is given as compact JSON.
  public static func make(connector: String, partition: String) -> [UInt8] {
    Array((prefix(connector) + partition + "]").utf8)
  }

  /// The source partition's JSON in a key, if the key is one of `connector`.
  public static func partition(in key: UnsafeRawBufferPointer, of connector: String) -> String? {
    let start = Array(prefix(connector).utf8)
    guard key.count > start.count + 1, key.starts(with: start), key.last == UInt8(ascii: "]") else { return nil }
    return String(decoding: key[start.count..<(key.count - 1)], as: UTF8.self)
  }

  private static func prefix(_ connector: String) -> String { "[\(quoted(connector))," }

  /// A JSON string with the escapes that Connect's converter writes.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\u{8}": quoted += "\\b"
      case "\u{c}": quoted += "\\f"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16, uppercase: true)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
