internal import Avro
internal import ChangeModel
internal import ColumnCodecs

/// A column's default as the schema tells it, and its Avro bytes for where a null becomes it.
struct FieldDefault {
  var value: ConnectDefault
  var bytes: [UInt8]

  /// The default of a column of this mapping; nil where there is none or Debezium tells none.
  init?(of column: Column, _ mapping: ColumnMapping) {
    guard mapping.exportsDefault, mapping.codec.container == .none, let declared = column.defaultValue else {
      return nil
    }
    var out = ByteBuffer(capacity: 64)
    switch declared {
    case .function: Self.appendEpoch(mapping, to: &out)
    case .text(var text):
      // The server pads a constant of char(n) in rows; Debezium's schema has it as it was declared.
      if column.type.name == "bpchar" { while text.last == " " { text.removeLast() } }
      let isConverted = text.withUTF8 { mapping.codec.append(UnsafeRawBufferPointer($0), to: &out) }
      guard isConverted else { return nil }
    }
    guard let value = ConnectDefault(avro: out.bytes, kind: mapping.schema.kind) else { return nil }
    self.value = value
    bytes = Array(out.bytes)
  }

  /// What Debezium tells for `now()`, `nextval(…)` and `gen_random_uuid()`: the type's zero.
  private static func appendEpoch(_ mapping: ColumnMapping, to out: inout ByteBuffer) {
    let text: StaticString
    switch mapping.schema.name {
    case ConnectName.zonedTimestamp: text = "1970-01-01 00:00:00+00"
    case ConnectName.uuid: text = "00000000-0000-0000-0000-000000000000"
    default: return mapping.codec.appendZero(to: &out)
    }
    _ = mapping.codec.append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), to: &out)
  }
}

extension ConnectDefault {
  /// The scalar that Avro bytes hold; nil for other kinds, and for NaN, which schemas can't tell.
  fileprivate init?(avro bytes: UnsafeRawBufferPointer, kind: ConnectSchema.Kind) {
    var reader = AvroReader(bytes)
    do {
      switch kind {
      case .int8, .int16, .int32, .int64: self = .integer(try reader.readLong())
      case .float32: self = .float(try reader.readFloat())
      case .float64: self = .double(try reader.readDouble())
      case .boolean: self = .boolean(try reader.readBoolean())
      case .string: self = .string(String(decoding: try reader.readBytes(), as: UTF8.self))
      case .bytes: self = .bytes(Array(try reader.readBytes()))
      case .array, .map, .structure: return nil
      }
    } catch {
      return nil
    }
    switch self {
    case .float(let value) where !value.isFinite: return nil
    case .double(let value) where !value.isFinite: return nil
    default: break
    }
  }
}
