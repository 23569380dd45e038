internal import ChangeModel
internal import ColumnCodecs

/// What becomes of a column: its schema (not optional, without default) and how its values are written.
struct ColumnMapping {
  /// The schema of a value.
  var schema: ConnectSchema
  /// From the wire's text to Avro.
  var codec: TextCodec
  /// Whether Debezium tells a default of this type in the schema.
  var exportsDefault = false
  /// What stands for an unchanged value that the server did not send; nil: nothing can.
  var placeholder: ToastPlaceholder?

  /// The mapping of a type; nil for types that Debezium leaves out.
  static func of(_ type: ColumnType) -> ColumnMapping? {
    switch type.system {
    case .postgres: PostgresColumns.mapping(of: type)
    case .mysql: nil
    }
  }
}

/// Debezium's placeholders of unchanged values that PostgreSQL keeps out of line (`unavailable.value.placeholder`).
enum ToastPlaceholder {
  /// A text.
  case text
  /// Bytes.
  case bytes
  /// A list with one text.
  case textArray
  /// A list with the bytes of the placeholder as one element.
  case bytesArray
  /// A list of the placeholder's bytes as numbers.
  case numberArray
  /// A list with the UUID that Java's `UUID.nameUUIDFromBytes` gives for the placeholder.
  case uuidArray
  /// A JSON object with the placeholder as key and value.
  case hstore

  private static let word: StaticString = "__debezium_unavailable_value"
  private static let hstoreText: StaticString =
    "{\"__debezium_unavailable_value\":\"__debezium_unavailable_value\"}"
  private static let uuid: StaticString = "b68a35a7-17ad-35b3-af2a-ae46edb4545a"

  /// Appends the placeholder as an Avro value.
  func append(to out: inout ByteBuffer) {
    switch self {
    case .text, .bytes: out.appendSized(Self.bytes(Self.word))
    case .hstore: out.appendSized(Self.bytes(Self.hstoreText))
    case .textArray, .bytesArray: appendOne(Self.word, to: &out)
    case .uuidArray: appendOne(Self.uuid, to: &out)
    case .numberArray:
      let word = Self.bytes(Self.word)
      out.appendLong(Int64(word.count))
      for byte in word {
        out.append(2)
        out.appendLong(Int64(byte))
      }
      out.append(0)
    }
  }

  private func appendOne(_ text: StaticString, to out: inout ByteBuffer) {
    out.append([2, 2])
    out.appendSized(Self.bytes(text))
    out.append(0)
  }

  private static func bytes(_ text: StaticString) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }
}
