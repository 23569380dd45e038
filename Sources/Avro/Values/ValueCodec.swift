public import JSON

/// Turns Avro's bytes into JSON values and back, for code that shows or edits single values; the hot path has compiled
/// plans of its own.
///
/// A union is null or the value of its branch; bytes and fixed are base64; a float that JSON has no number for is
/// `"NaN"`, `"Infinity"` or `"-Infinity"`; an enumeration is its symbol.
public struct ValueCodec: Sendable {
  /// The schema.
  public let schema: Schema
  let names: NamedTypes

  /// Data that nests deeper is refused.
  static let depthLimit = 200
  /// Items without any bytes that one array may have: nothing else bounds their number.
  static let emptyItemLimit = 10_000

  /// A codec for a schema. Throws where it uses a name that it does not define.
  public init(_ schema: Schema) throws(AvroError) {
    self.schema = schema
    names = NamedTypes(schema)
    _ = try SkipPlan(schema)
  }

  /// The value of bytes, which must be one value and nothing more.
  public func decode(_ bytes: UnsafeRawBufferPointer) throws(AvroError) -> JSONValue {
    var reader = AvroReader(bytes)
    let value = try decode(&reader)
    guard reader.isAtEnd else { throw AvroError("there are more bytes behind the value") }
    return value
  }

  /// The value of bytes, which must be one value and nothing more.
  public func decode(_ bytes: [UInt8]) throws(AvroError) -> JSONValue {
    try bytes.withUnsafeBufferPointer { bytes throws(AvroError) in try decode(UnsafeRawBufferPointer(bytes)) }
  }

  /// The value at the reader's position; the reader moves behind it.
  public func decode(_ reader: inout AvroReader) throws(AvroError) -> JSONValue {
    var decoder = ValueDecoder(names: names)
    return try decoder.value(schema, &reader)
  }

  /// The bytes of a value. A field that the value leaves out takes the schema's default. Throws with the place where the
  /// value does not fit the schema; a member that the schema does not have is an error too.
  public func encode(_ value: JSONValue) throws(AvroError) -> [UInt8] {
    var encoder = ValueEncoder(names: names)
    try encoder.value(value, schema)
    return encoder.out
  }

  /// The bytes of a default as it stands in a schema (bytes as text of latin-1 characters).
  public func encodeDefault(_ value: JSONValue) throws(AvroError) -> [UInt8] {
    var encoder = ValueEncoder(names: names, isDefault: true)
    try encoder.value(value, schema)
    return encoder.out
  }
}
