public import ColumnCodecs
public import JSON

/// A field of an event's row or key, as its schema tells it.
public struct EventField: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// What its values mean and how they lie in Avro.
  public var form: EventForm
  /// Of an array: what its elements are.
  public var element: EventForm?
  /// Of an array: which union branch of an element is null; -1: elements are never null.
  public var elementNull: Int8 = -1
  /// Of an array: the elements' semantic type.
  public var elementName: String?
  /// Whether it may be null.
  public var isOptional = false
  /// The semantic type, `connect.name`: `io.debezium.data.Json`, …
  public var semanticName: String?
  /// The schema's parameters: `scale`, `length`, `__debezium.source.column.type`, …
  public var parameters: [String: String] = [:]
  /// The default that the schema tells, `connect.default`.
  public var defaultValue: JSONValue?

  /// A field.
  public init(name: String, form: EventForm) {
    self.name = name
    self.form = form
  }

  /// What it is, in the words of Kafka Connect, for messages: `int64`, `string (io.debezium.data.Json)`.
  public var typeName: String {
    let base =
      switch form.kind {
      case .boolean: "boolean"
      case .integer: "int\(form.length)"
      case .float: "float32"
      case .double: "float64"
      case .text, .zonedTimestamp, .zonedTime, .isoDate, .isoTime, .isoTimestamp, .interval: "string"
      case .bytes, .decimal, .bits: "bytes"
      case .date, .timeMillis: "int32"
      case .timeMicros, .timeNanos, .timestampMillis, .timestampMicros, .timestampNanos, .durationMicros,
        .durationNanos:
        "int64"
      case .variableDecimal, .point, .geometry: "struct"
      case .array: "array"
      case .other: "map or struct"
      }
    return semanticName.map { "\(base) (\($0))" } ?? base
  }
}
