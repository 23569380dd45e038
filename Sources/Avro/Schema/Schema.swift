public import JSON

/// An Avro schema (specification 1.11): a kind, and the attributes that stand beside it.
public struct Schema: Sendable, Hashable {
  /// What a value looks like.
  public indirect enum Kind: Sendable, Hashable {
    /// No value.
    case null
    /// One byte, 0 or 1.
    case boolean
    /// A signed number of 32 bits.
    case int
    /// A signed number of 64 bits.
    case long
    /// IEEE 754 of 32 bits.
    case float
    /// IEEE 754 of 64 bits.
    case double
    /// Bytes behind their number.
    case bytes
    /// UTF-8 behind its number of bytes.
    case string
    /// A list of items of one schema.
    case array(Schema)
    /// Values of one schema by string keys.
    case map(Schema)
    /// One of several schemas.
    case union([Schema])
    /// Fields in order.
    case record(RecordSchema)
    /// One of several symbols.
    case enumeration(EnumSchema)
    /// A fixed number of bytes.
    case fixed(FixedSchema)
    /// The record, enumeration or fixed of this full name that was defined before in the same schema.
    case reference(String)
  }

  /// What a value looks like.
  public var kind: Kind
  /// The attribute `logicalType`.
  public var logicalType: String?
  /// Every other attribute, in order: `scale`, `precision`, `connect.name`, `connect.version`, `connect.parameters`,
  /// `connect.default`, `connect.doc`, `connect.type` and whatever else.
  public var attributes: JSONObject

  /// A schema.
  public init(_ kind: Kind, logicalType: String? = nil, attributes: JSONObject = JSONObject()) {
    self.kind = kind
    self.logicalType = logicalType
    self.attributes = attributes
  }

  /// The branches of a union; nil for anything else.
  public var branches: [Schema]? {
    if case .union(let branches) = kind { return branches }
    return nil
  }

  /// The record; nil for anything else.
  public var record: RecordSchema? {
    if case .record(let record) = kind { return record }
    return nil
  }

  /// The full name of a record, enumeration, fixed or reference; nil for anything else.
  public var fullName: String? {
    switch kind {
    case .record(let record): record.fullName
    case .enumeration(let enumeration): enumeration.fullName
    case .fixed(let fixed): fixed.fullName
    case .reference(let name): name
    default: nil
    }
  }
}
