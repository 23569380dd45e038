public import ChangeModel

/// How the text of one PostgreSQL value becomes Avro bytes: a small plain value, so that a row plan holds it without
/// references. Each form is one function that reads the bytes and appends to a buffer, without objects on the way.
@frozen public struct TextCodec: Sendable, Hashable {
  /// The forms of values.
  public enum Form: UInt8, Sendable, CaseIterable {
    /// `t` or `f` to a boolean.
    case boolean
    /// A whole number to an int or long.
    case integer
    /// A number of 32 bits to a float.
    case float
    /// A number of 64 bits to a double.
    case double
    /// The text as it stands to a string.
    case string
    /// `\x…` to bytes.
    case bytea
    /// A numeric of fixed scale to a decimal's bytes.
    case decimal
    /// A numeric without a scale to a record of scale and bytes.
    case variableDecimal
    /// An amount with currency sign and separators to a decimal's bytes.
    case money
    /// A date to days since 1970.
    case date
    /// A time of day to milliseconds.
    case milliTime
    /// A time of day to microseconds.
    case microTime
    /// A timestamp to milliseconds since 1970.
    case milliTimestamp
    /// A timestamp to microseconds since 1970.
    case microTimestamp
    /// A moment to ISO 8601 text in UTC.
    case zonedTimestamp
    /// A time of day with offset to ISO 8601 text in UTC.
    case zonedTime
    /// An interval to microseconds.
    case interval
    /// A single bit to a boolean.
    case bit
    /// A bit string to bytes, lowest first.
    case bits
    /// Key and value pairs to a JSON object's text.
    case hstore
    /// A point to a record of x, y, WKB and SRID.
    case point
    /// A PostGIS value's hexadecimal EWKB to a record of WKB and SRID.
    case geometry
    /// A vector to an array of doubles.
    case doubleVector
    /// A vector to an array of floats.
    case floatVector
    /// A sparse vector to a record of dimensions and pairs.
    case sparseVector
  }

  /// What stands around the form.
  public enum Container: UInt8, Sendable {
    /// A single value.
    case none
    /// An array of values that may be null.
    case optionalElements
    /// An array of values that can't be null.
    case requiredElements
  }

  /// The value's form; of an array: its elements'.
  public var form: Form
  /// Whether it is an array.
  public var container: Container
  /// Decimals and money: digits behind the point. Zoned timestamps: digits of the fraction, 0 for as many as needed.
  public var scale: Int32

  /// A codec.
  public init(_ form: Form, scale: Int = 0, container: Container = .none) {
    self.form = form
    self.container = container
    self.scale = Int32(truncatingIfNeeded: scale)
  }

  /// Whether a value's text is the Avro string as it stands.
  @inlinable public var isText: Bool { form == .string && container == .none }

  /// Appends the Avro bytes of a value's text. Returns false for a text that has no place in the Avro type (a numeric
  /// NaN, a moment out of range); then what was appended must be taken back.
  public func append(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    if container != .none { return ArrayText.append(text, element: self, to: &out) }
    return appendScalar(text, to: &out)
  }

  func appendScalar(_ text: UnsafeRawBufferPointer, to out: inout ByteBuffer) -> Bool {
    switch form {
    case .string:
      out.appendSized(text)
      return true
    case .integer: return NumberText.appendInteger(text, to: &out)
    case .boolean: return NumberText.appendBoolean(text, to: &out)
    case .decimal: return DecimalText.append(text, scale: Int(scale), to: &out)
    case .zonedTimestamp: return ZonedText.appendTimestamp(text, fractionDigits: Int(scale), to: &out)
    case .microTimestamp: return TemporalText.appendTimestamp(text, inMicroseconds: true, to: &out)
    case .milliTimestamp: return TemporalText.appendTimestamp(text, inMicroseconds: false, to: &out)
    case .date: return TemporalText.appendDate(text, to: &out)
    case .microTime: return TemporalText.appendTime(text, inMicroseconds: true, to: &out)
    case .milliTime: return TemporalText.appendTime(text, inMicroseconds: false, to: &out)
    case .zonedTime: return ZonedText.appendTime(text, to: &out)
    case .float: return NumberText.appendFloat(text, to: &out)
    case .double: return NumberText.appendDouble(text, to: &out)
    case .bytea: return HexText.appendBytea(text, to: &out)
    case .variableDecimal: return DecimalText.appendVariable(text, to: &out)
    case .money: return DecimalText.appendMoney(text, scale: Int(scale), to: &out)
    case .interval: return IntervalText.append(text, to: &out)
    case .bit: return BitText.appendBoolean(text, to: &out)
    case .bits: return BitText.append(text, to: &out)
    case .hstore: return HstoreText.append(text, to: &out)
    case .point: return GeometryText.appendPoint(text, to: &out)
    case .geometry: return GeometryText.append(text, to: &out)
    case .doubleVector: return VectorText.append(text, inDoubles: true, to: &out)
    case .floatVector: return VectorText.append(text, inDoubles: false, to: &out)
    case .sparseVector: return VectorText.appendSparse(text, to: &out)
    }
  }
}
