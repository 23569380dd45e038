/// What a field's value in an event means, told from its Avro type and its `connect.name`: Kafka Connect's and
/// Debezium's semantic types. A plain value, so that plans can hold it.
@frozen public struct EventForm: Sendable, Hashable {
  /// The kinds of values.
  public enum Kind: UInt8, Sendable {
    /// true or false
    case boolean
    /// A whole number of 8 to 64 bits.
    case integer
    /// 32 bits.
    case float
    /// 64 bits.
    case double
    /// UTF-8.
    case text
    /// Bytes without another meaning.
    case bytes
    /// Kafka Connect's `Decimal`: two's complement, big-endian, at `scale`.
    case decimal
    /// `io.debezium.data.VariableScaleDecimal`: a record of scale and bytes.
    case variableDecimal
    /// Days since 1970.
    case date
    /// Milliseconds, microseconds or nanoseconds of a day.
    case timeMillis, timeMicros, timeNanos
    /// Milliseconds, microseconds or nanoseconds since 1970, without a zone.
    case timestampMillis, timestampMicros, timestampNanos
    /// ISO 8601 text with a zone.
    case zonedTimestamp
    /// ISO 8601 text of a time with a zone.
    case zonedTime
    /// ISO 8601 texts of `time.precision.mode=isostring`.
    case isoDate, isoTime, isoTimestamp
    /// A duration.
    case durationMicros, durationNanos
    /// ISO 8601 text of a duration.
    case interval
    /// `io.debezium.data.Bits`: little-endian, `length` bits.
    case bits
    /// `io.debezium.data.geometry.Point`: a record that begins with x and y.
    case point
    /// `io.debezium.data.geometry.Geometry` and `Geography`: a record of WKB and SRID.
    case geometry
    /// A list; what of is told beside it.
    case array
    /// A map or a record without a known meaning.
    case other
  }

  /// The kind.
  public var kind: Kind
  /// Of a decimal: its scale.
  public var scale: Int32
  /// Of an integer: its bits. Of a decimal: its precision, 0 if unknown. Of bits: how many, 0 if unknown.
  public var length: Int32

  /// A form.
  public init(_ kind: Kind, scale: Int = 0, length: Int = 0) {
    self.kind = kind
    self.scale = Int32(clamping: scale)
    self.length = Int32(clamping: length)
  }

  /// How such a value lies in Avro.
  public var shape: AvroShape {
    switch kind {
    case .boolean: .byte
    case .integer, .date, .timeMillis, .timeMicros, .timeNanos, .timestampMillis, .timestampMicros, .timestampNanos,
      .durationMicros, .durationNanos:
      .number
    case .float: .four
    case .double: .eight
    case .text, .bytes, .decimal, .zonedTimestamp, .zonedTime, .isoDate, .isoTime, .isoTimestamp, .interval, .bits:
      .counted
    case .variableDecimal, .point, .geometry, .array, .other: .nested
    }
  }
}
