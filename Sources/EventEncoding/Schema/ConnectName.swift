/// Names that mean something in schemas: Kafka Connect's logical types and Debezium's semantic types.
public enum ConnectName {
  /// A decimal: bytes of the unscaled value, parameter `scale`.
  public static let decimal = "org.apache.kafka.connect.data.Decimal"
  /// Days since 1970.
  public static let date = "org.apache.kafka.connect.data.Date"
  /// Milliseconds since midnight.
  public static let time = "org.apache.kafka.connect.data.Time"
  /// Milliseconds since 1970.
  public static let timestamp = "org.apache.kafka.connect.data.Timestamp"
  /// The parameter with a decimal's precision.
  public static let precisionParameter = "connect.decimal.precision"

  /// A decimal that brings its scale: struct of `scale` and `value`.
  public static let variableScaleDecimal = "io.debezium.data.VariableScaleDecimal"
  /// A bit string, little-endian.
  public static let bits = "io.debezium.data.Bits"
  /// A JSON document as text.
  public static let json = "io.debezium.data.Json"
  /// An XML document as text.
  public static let xml = "io.debezium.data.Xml"
  /// A UUID as text.
  public static let uuid = "io.debezium.data.Uuid"
  /// An enumeration's label; parameter `allowed`.
  public static let enumeration = "io.debezium.data.Enum"
  /// A label path as text.
  public static let ltree = "io.debezium.data.Ltree"
  /// A text search document as text.
  public static let tsvector = "io.debezium.data.Tsvector"
  /// A vector of doubles.
  public static let doubleVector = "io.debezium.data.DoubleVector"
  /// A vector of floats.
  public static let floatVector = "io.debezium.data.FloatVector"
  /// A sparse vector: struct of `dimensions` and `vector`.
  public static let sparseDoubleVector = "io.debezium.data.SparseDoubleVector"
  /// A point: struct of `x`, `y`, `wkb`, `srid`.
  public static let point = "io.debezium.data.geometry.Point"
  /// A geometry: struct of `wkb` and `srid`.
  public static let geometry = "io.debezium.data.geometry.Geometry"
  /// A geography: struct of `wkb` and `srid`.
  public static let geography = "io.debezium.data.geometry.Geography"
  /// Days since 1970.
  public static let debeziumDate = "io.debezium.time.Date"
  /// Milliseconds since midnight.
  public static let debeziumTime = "io.debezium.time.Time"
  /// Microseconds since midnight.
  public static let microTime = "io.debezium.time.MicroTime"
  /// Milliseconds since 1970.
  public static let debeziumTimestamp = "io.debezium.time.Timestamp"
  /// Microseconds since 1970.
  public static let microTimestamp = "io.debezium.time.MicroTimestamp"
  /// A moment as ISO 8601 text.
  public static let zonedTimestamp = "io.debezium.time.ZonedTimestamp"
  /// A time of day with offset as ISO 8601 text.
  public static let zonedTime = "io.debezium.time.ZonedTime"
  /// A duration in microseconds.
  public static let microDuration = "io.debezium.time.MicroDuration"

  /// The prefix of the parameters that `column.propagate.source.type` adds.
  public static let sourceColumnPrefix = "__debezium.source.column."
}
