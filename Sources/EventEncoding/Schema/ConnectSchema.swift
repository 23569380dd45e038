public import JSON

/// A schema in Kafka Connect's own model, as converters and sinks see it (org.apache.kafka.connect.data.Schema).
///
/// The encoder builds events' schemas in it and turns them into Avro or into the JSON converter's form; a sink turns a
/// registered Avro schema back into it.
public struct ConnectSchema: Sendable, Hashable {
  /// What a value looks like.
  public indirect enum Kind: Sendable, Hashable {
    /// A signed number of 8 bits.
    case int8
    /// A signed number of 16 bits.
    case int16
    /// A signed number of 32 bits.
    case int32
    /// A signed number of 64 bits.
    case int64
    /// IEEE 754 of 32 bits.
    case float32
    /// IEEE 754 of 64 bits.
    case float64
    /// True or false.
    case boolean
    /// A text.
    case string
    /// Bytes.
    case bytes
    /// A list of elements of one schema.
    case array(ConnectSchema)
    /// Values of one schema by keys of another.
    case map(key: ConnectSchema, value: ConnectSchema)
    /// Fields in order.
    case structure([ConnectField])
  }

  /// What a value looks like.
  public var kind: Kind
  /// Whether a value may be null.
  public var isOptional: Bool
  /// The semantic name (`io.debezium.time.Date`), or a struct's full name.
  public var name: String?
  /// The version of what the name means.
  public var version: Int?
  /// A sentence about it.
  public var doc: String?
  /// The value where none is given.
  public var defaultValue: ConnectDefault?
  /// Texts by name, in order (`scale`, `allowed`, `length`, `__debezium.source.column.type`); all values are strings.
  public var parameters: JSONObject

  /// A schema.
  public init(
    _ kind: Kind, isOptional: Bool = false, name: String? = nil, version: Int? = nil, doc: String? = nil,
    defaultValue: ConnectDefault? = nil, parameters: JSONObject = JSONObject()
  ) {
    self.kind = kind
    self.isOptional = isOptional
    self.name = name
    self.version = version
    self.doc = doc
    self.defaultValue = defaultValue
    self.parameters = parameters
  }

  /// The same schema whose values may be null.
  public var optional: ConnectSchema { with(isOptional: true) }

  /// The same schema whose values can't be null.
  public var required: ConnectSchema { with(isOptional: false) }

  /// The fields of a struct; nil for anything else.
  public var fields: [ConnectField]? {
    if case .structure(let fields) = kind { return fields }
    return nil
  }

  /// The schema of a struct's field; nil where there is no such field.
  public func field(_ name: String) -> ConnectSchema? {
    fields?.first { $0.name == name }?.schema
  }

  /// A parameter's text.
  public func parameter(_ name: String) -> String? { parameters[name]?.string }

  private func with(isOptional: Bool) -> ConnectSchema {
    var copy = self
    copy.isOptional = isOptional
    return copy
  }
}

/// A struct's field.
public struct ConnectField: Sendable, Hashable {
  /// The field's name.
  public var name: String
  /// Its schema.
  public var schema: ConnectSchema

  /// A field.
  public init(_ name: String, _ schema: ConnectSchema) {
    self.name = name
    self.schema = schema
  }
}

/// A default value in a schema. Only scalars have one here.
public enum ConnectDefault: Sendable, Hashable {
  /// True or false.
  case boolean(Bool)
  /// A whole number.
  case integer(Int64)
  /// A number of 32 bits.
  case float(Float)
  /// A number of 64 bits.
  case double(Double)
  /// A text.
  case string(String)
  /// Bytes; of a decimal, its unscaled value as big-endian two's complement.
  case bytes([UInt8])
}
