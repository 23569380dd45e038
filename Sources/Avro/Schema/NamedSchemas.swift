public import JSON

/// A record: named fields in order.
public struct RecordSchema: Sendable, Hashable {
  /// Namespace, a dot and the name; the name alone where there is no namespace.
  public var fullName: String
  /// The fields, in the order in which they are written.
  public var fields: [Field]
  /// The attribute `doc`.
  public var doc: String?
  /// Full names under which writers may know it.
  public var aliases: [String]

  /// A record.
  public init(fullName: String, fields: [Field], doc: String? = nil, aliases: [String] = []) {
    self.fullName = fullName
    self.fields = fields
    self.doc = doc
    self.aliases = aliases
  }

  /// The place of the field with this name.
  public func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }

  /// The field with this name.
  public subscript(name: String) -> Field? { fields.first { $0.name == name } }
}

/// A field of a record.
public struct Field: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The schema of its values.
  public var schema: Schema
  /// What a reader takes where the writer has no such field: `default` as it stands in the schema's JSON (bytes as text
  /// of latin-1 characters). Nil: there is none; `.null`: it is null.
  public var defaultValue: JSONValue?
  /// The attribute `doc`.
  public var doc: String?
  /// Names under which writers may know it.
  public var aliases: [String]
  /// Every other attribute, in order (`order` too).
  public var attributes: JSONObject

  /// A field.
  public init(
    name: String, schema: Schema, defaultValue: JSONValue? = nil, doc: String? = nil, aliases: [String] = [],
    attributes: JSONObject = JSONObject()
  ) {
    self.name = name
    self.schema = schema
    self.defaultValue = defaultValue
    self.doc = doc
    self.aliases = aliases
    self.attributes = attributes
  }
}

/// An enumeration: a name and its symbols. A value is the symbol's place.
public struct EnumSchema: Sendable, Hashable {
  /// Namespace, a dot and the name.
  public var fullName: String
  /// The symbols in order.
  public var symbols: [String]
  /// What a reader takes for a symbol that it does not have.
  public var defaultSymbol: String?
  /// The attribute `doc`.
  public var doc: String?
  /// Full names under which writers may know it.
  public var aliases: [String]

  /// An enumeration.
  public init(
    fullName: String, symbols: [String], defaultSymbol: String? = nil, doc: String? = nil, aliases: [String] = []
  ) {
    self.fullName = fullName
    self.symbols = symbols
    self.defaultSymbol = defaultSymbol
    self.doc = doc
    self.aliases = aliases
  }
}

/// A fixed number of bytes under a name.
public struct FixedSchema: Sendable, Hashable {
  /// Namespace, a dot and the name.
  public var fullName: String
  /// Bytes of a value.
  public var size: Int
  /// The attribute `doc`.
  public var doc: String?
  /// Full names under which writers may know it.
  public var aliases: [String]

  /// A fixed.
  public init(fullName: String, size: Int, doc: String? = nil, aliases: [String] = []) {
    self.fullName = fullName
    self.size = size
    self.doc = doc
    self.aliases = aliases
  }
}
