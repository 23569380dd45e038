internal import Avro
internal import EventEncoding
internal import JSON

/// Kafka Connect's type of a value that is not null, as its Avro converter reads it.
enum ConnectType: Equatable {
  case int8, int16, int32, int64, float32, float64, boolean, string, bytes
  /// Days since 1970 (`org.apache.kafka.connect.data.Date`).
  case date
  /// Milliseconds since midnight.
  case time
  /// Milliseconds since 1970.
  case timestamp
  /// A decimal of this scale, in bytes (or in a fixed).
  case decimal(scale: Int)
  case array, map, structure
  /// A union of several types, which Kafka Connect makes a struct of.
  case union

  init(_ schema: Schema) {
    let name = schema.attributes["connect.name"]?.string
    switch schema.kind {
    case .boolean: self = .boolean
    case .int:
      if name == ConnectName.date || name == nil && schema.logicalType == "date" {
        self = .date
      } else if name == ConnectName.time || name == nil && schema.logicalType == "time-millis" {
        self = .time
      } else {
        switch schema.attributes["connect.type"]?.string {
        case "int8": self = .int8
        case "int16": self = .int16
        default: self = .int32
        }
      }
    case .long:
      self =
        name == ConnectName.timestamp || name == nil && schema.logicalType == "timestamp-millis" ? .timestamp : .int64
    case .float: self = .float32
    case .double: self = .float64
    case .string, .enumeration: self = .string
    case .bytes, .fixed:
      self = Self.decimal(schema, name) ?? .bytes
    case .array: self = .array
    case .map: self = .map
    case .record: self = .structure
    case .union, .null, .reference: self = .union
    }
  }

  /// Scales beyond these are nobody's decimals.
  private static let scales = -1000...10_000

  private static func decimal(_ schema: Schema, _ name: String?) -> ConnectType? {
    guard schema.logicalType == "decimal" || name == ConnectName.decimal else { return nil }
    let parameter = schema.attributes["connect.parameters"]?["scale"]?.string.flatMap { Int($0) }
    let scale = schema.attributes["scale"]?.int ?? parameter ?? 0
    return scales.contains(scale) ? .decimal(scale: scale) : nil
  }

  /// The type's name in messages.
  var name: String {
    switch self {
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .float32: "float32"
    case .float64: "float64"
    case .boolean: "boolean"
    case .string: "string"
    case .bytes: "bytes"
    case .date: "Date"
    case .time: "Time"
    case .timestamp: "Timestamp"
    case .decimal: "Decimal"
    case .array: "array"
    case .map: "map"
    case .structure: "struct"
    case .union: "union"
    }
  }
}
