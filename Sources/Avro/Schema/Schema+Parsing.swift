public import JSON

extension Schema {
  /// Reads a schema from its JSON. Throws where the specification forbids it; defaults are not looked at
  /// (`checkDefaults` does that).
  public init(json: JSONValue) throws(AvroError) {
    var parser = SchemaParser()
    self = try parser.schema(json, namespace: "")
  }

  /// Reads a schema from its JSON text.
  public init(parsing text: String) throws(AvroError) {
    try self.init(json: try Schema.json(parsing: text))
  }

  /// Reads a schema from its JSON text that uses names which other schemas define; the result holds their definitions
  /// where they are used first, so that it stands alone.
  public init(parsing text: String, references: [Schema]) throws(AvroError) {
    var parser = SchemaParser()
    for reference in references { parser.learn(reference) }
    self = try parser.schema(try Schema.json(parsing: text), namespace: "")
  }

  private static func json(parsing text: String) throws(AvroError) -> JSONValue {
    do throws(JSONError) {
      return try JSONValue(parsing: text)
    } catch {
      // A bare primitive name is a schema too (`string`, without quotes), as Avro's own parsers take it.
      if Kind(primitive: text) != nil { return .string(text) }
      throw AvroError("the schema is not JSON: \(error)")
    }
  }
}

extension Schema.Kind {
  /// The primitive type of this name.
  init?(primitive name: String) {
    switch name {
    case "null": self = .null
    case "boolean": self = .boolean
    case "int": self = .int
    case "long": self = .long
    case "float": self = .float
    case "double": self = .double
    case "bytes": self = .bytes
    case "string": self = .string
    default: return nil
    }
  }
}
