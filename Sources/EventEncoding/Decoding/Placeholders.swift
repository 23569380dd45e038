internal import Avro
internal import ColumnCodecs

/// What Debezium writes in the place of an unchanged TOAST value, per type (its `UnchangedToastedPlaceholder`), as the
/// exact Avro bytes.
enum Placeholders {
  /// The default of `unavailable.value.placeholder`.
  static let text = Array("__debezium_unavailable_value".utf8)
  /// Java's `UUID.nameUUIDFromBytes` of it.
  private static let uuid = Array("b68a35a7-17ad-35b3-af2a-ae46edb4545a".utf8)

  /// The byte patterns that mean "unchanged" in a field.
  static func patterns(of field: EventField) -> [[UInt8]] {
    switch field.form.kind {
    case .text where field.semanticName == "io.debezium.data.Json":
      // json and jsonb have the bare text; hstore, which is Json too, an object of it.
      let quoted = "\"" + String(decoding: text, as: UTF8.self) + "\""
      return [text, Array("{\(quoted):\(quoted)}".utf8)]
    case .text, .bytes: return [text]
    case .array: return array(field)
    default: return []
    }
  }

  private static func array(_ field: EventField) -> [[UInt8]] {
    let branch: [UInt8] = field.elementNull < 0 ? [] : field.elementNull == 0 ? [2] : [0]
    switch field.element?.kind {
    case .text where field.elementName == "io.debezium.data.Uuid": return [list([branch + counted(uuid)])]
    case .text where field.elementName == "io.debezium.data.Json":
      let quoted = "\"" + String(decoding: text, as: UTF8.self) + "\""
      return [list([branch + counted(text)]), list([branch + counted(Array("{\(quoted):\(quoted)}".utf8))])]
    case .text, .bytes: return [list([branch + counted(text)])]
    case .integer: return [list(text.map { branch + number(Int($0)) })]
    default: return []
    }
  }

  private static func list(_ items: [[UInt8]]) -> [UInt8] { number(items.count) + items.flatMap { $0 } + [0] }

  private static func counted(_ bytes: [UInt8]) -> [UInt8] { number(bytes.count) + bytes }

  /// Avro's number of a value from 0 on.
  private static func number(_ value: Int) -> [UInt8] {
    var rest = UInt64(value) << 1
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
