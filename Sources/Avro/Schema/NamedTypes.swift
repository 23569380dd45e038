/// The records, enumerations and fixeds that a schema defines, by full name.
struct NamedTypes: Sendable {
  private(set) var definitions: [String: Schema] = [:]

  init(_ schema: Schema) { collect(schema) }

  private mutating func collect(_ schema: Schema) {
    switch schema.kind {
    case .array(let inner), .map(let inner): collect(inner)
    case .union(let branches): for branch in branches { collect(branch) }
    case .record(let record):
      definitions[record.fullName] = schema
      for field in record.fields { collect(field.schema) }
    case .enumeration(let enumeration): definitions[enumeration.fullName] = schema
    case .fixed(let fixed): definitions[fixed.fullName] = schema
    default: break
    }
  }

  /// The definition behind a reference; anything else as it is. Throws where the name is not defined.
  func resolve(_ schema: Schema) throws(AvroError) -> Schema {
    guard case .reference(let name) = schema.kind else { return schema }
    guard let definition = definitions[name] else { throw AvroError("the type \"\(name)\" is not defined") }
    return definition
  }
}

extension Schema {
  /// The definition behind a reference to one of the names that `root` defines; anything else as it is. Throws where
  /// the name is not defined.
  public func resolved(in root: Schema) throws(AvroError) -> Schema {
    guard case .reference = kind else { return self }
    return try NamedTypes(root).resolve(self)
  }

  /// This part of `root` as a schema that stands alone: where it refers to a name that is defined elsewhere in `root`,
  /// the definition stands at the first use. Throws where a name is not defined.
  public func standalone(in root: Schema) throws(AvroError) -> Schema {
    var parser = SchemaParser()
    parser.learn(root)
    return try parser.inlined(self)
  }
}
