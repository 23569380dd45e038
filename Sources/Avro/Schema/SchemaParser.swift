internal import JSON

/// Reads schemas, keeping the names that were defined so far.
struct SchemaParser {
  /// Deeper nesting is an attack or a mistake; every walk over a schema may recurse this deep.
  static let nestingLimit = 100

  private var defined: Set<String> = []
  private var external: [String: Schema] = [:]
  private var depth = 0

  /// Makes the names that a schema defines known, to be defined at their first use.
  mutating func learn(_ schema: Schema) {
    external.merge(NamedTypes(schema).definitions) { first, _ in first }
  }

  mutating func schema(_ json: JSONValue, namespace: String) throws(AvroError) -> Schema {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.nestingLimit else {
      throw AvroError("the schema is nested deeper than \(Self.nestingLimit) levels")
    }
    switch json {
    case .string(let name): return try named(name, namespace: namespace)
    case .array(let branches): return Schema(.union(try union(branches, namespace: namespace)))
    case .object(let object): return try compound(object, namespace: namespace)
    default: throw AvroError("a schema is a name, a list or an object")
    }
  }

  /// A primitive or a name defined before.
  private mutating func named(_ name: String, namespace: String) throws(AvroError) -> Schema {
    if let primitive = Schema.Kind(primitive: name) { return Schema(primitive) }
    let full = SchemaName.full(name, namespace: namespace)
    for candidate in [full, name] {
      if defined.contains(candidate) { return Schema(.reference(candidate)) }
      if let schema = external[candidate] { return try inlined(schema) }
    }
    throw AvroError("the type \"\(full)\" is not defined before it is used")
  }

  /// An external definition at its first use: what it uses itself is defined with it, or referred to if already here.
  mutating func inlined(_ schema: Schema) throws(AvroError) -> Schema {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.nestingLimit else {
      throw AvroError("the schema is nested deeper than \(Self.nestingLimit) levels")
    }
    if let name = schema.fullName {
      if defined.contains(name) { return Schema(.reference(name)) }
      if case .reference = schema.kind {
        guard let definition = external[name] else { throw AvroError("the type \"\(name)\" is not defined") }
        return try inlined(definition)
      }
      defined.insert(name)
    }
    var copy = schema
    switch schema.kind {
    case .array(let items): copy.kind = .array(try inlined(items))
    case .map(let values): copy.kind = .map(try inlined(values))
    case .union(let branches):
      var parts: [Schema] = []
      for branch in branches { parts.append(try inlined(branch)) }
      copy.kind = .union(parts)
    case .record(var record):
      for index in record.fields.indices { record.fields[index].schema = try inlined(record.fields[index].schema) }
      copy.kind = .record(record)
    default: break
    }
    return copy
  }

  private mutating func union(_ json: [JSONValue], namespace: String) throws(AvroError) -> [Schema] {
    var branches: [Schema] = []
    var names: Set<String> = []
    for element in json {
      let branch = try schema(element, namespace: namespace)
      if branch.branches != nil { throw AvroError("a union stands directly in a union") }
      guard names.insert(branch.branchName).inserted else {
        throw AvroError("\"\(branch.branchName)\" stands twice in a union")
      }
      branches.append(branch)
    }
    return branches
  }

  private mutating func compound(_ object: JSONObject, namespace: String) throws(AvroError) -> Schema {
    guard let type = object["type"] else { throw AvroError("a schema object has no \"type\"") }
    guard let name = type.string else {
      var inner = try schema(type, namespace: namespace)
      inner.addAttributes(of: object, without: ["type"])
      return inner
    }
    switch name {
    case "record", "error":
      return try definition(object, namespace, taken: ["fields"]) { parser, full, doc, aliases throws(AvroError) in
        let fields = try parser.fields(object, of: full)
        return .record(RecordSchema(fullName: full, fields: fields, doc: doc, aliases: aliases))
      }
    case "enum":
      return try definition(object, namespace, taken: ["symbols", "default"]) {
        (_, full, doc, aliases) throws(AvroError) in
        .enumeration(try Self.enumeration(object, full, doc, aliases))
      }
    case "fixed":
      return try definition(object, namespace, taken: ["size"]) { _, full, doc, aliases throws(AvroError) in
        guard let size = object["size"]?.int, size >= 0 else { throw AvroError("a fixed has no \"size\"") }
        return .fixed(FixedSchema(fullName: full, size: size, doc: doc, aliases: aliases))
      }
    case "array":
      guard let items = object["items"] else { throw AvroError("an array has no \"items\"") }
      var schema = Schema(.array(try schema(items, namespace: namespace)))
      schema.addAttributes(of: object, without: ["type", "items"])
      return schema
    case "map":
      guard let values = object["values"] else { throw AvroError("a map has no \"values\"") }
      var schema = Schema(.map(try schema(values, namespace: namespace)))
      schema.addAttributes(of: object, without: ["type", "values"])
      return schema
    default:
      var schema = try named(name, namespace: namespace)
      schema.addAttributes(of: object, without: ["type"])
      return schema
    }
  }

  /// A record, enumeration or fixed: its name is known from here on, also inside itself.
  private mutating func definition(
    _ object: JSONObject, _ outer: String, taken: Set<String>,
    _ kind: (inout SchemaParser, String, String?, [String]) throws(AvroError) -> Schema.Kind
  ) throws(AvroError) -> Schema {
    guard let name = object["name"]?.string else { throw AvroError("a named type has no \"name\"") }
    let full = SchemaName.full(name, namespace: object["namespace"]?.string ?? outer)
    guard SchemaName.isValid(SchemaName.simple(full)) else { throw AvroError("\"\(full)\" is not a valid name") }
    guard Schema.Kind(primitive: full) == nil else { throw AvroError("\"\(full)\" is the name of a primitive type") }
    guard defined.insert(full).inserted else { throw AvroError("the type \"\(full)\" is defined twice") }
    let space = SchemaName.namespace(of: full)
    let aliases = (object["aliases"]?.array ?? []).compactMap(\.string).map { SchemaName.full($0, namespace: space) }
    var schema = Schema(try kind(&self, full, object["doc"]?.string, aliases))
    schema.addAttributes(of: object, without: taken.union(["type", "name", "namespace", "doc", "aliases"]))
    return schema
  }

  private mutating func fields(_ object: JSONObject, of fullName: String) throws(AvroError) -> [Field] {
    guard let list = object["fields"]?.array else { throw AvroError("has no \"fields\"", path: [fullName]) }
    var fields: [Field] = []
    var names: Set<String> = []
    for element in list {
      guard let object = element.object, let name = object["name"]?.string else {
        throw AvroError("a field has no \"name\"", path: [fullName])
      }
      guard SchemaName.isValid(name) else { throw AvroError("\"\(name)\" is not a valid name", path: [fullName]) }
      guard names.insert(name).inserted else { throw AvroError("the field \"\(name)\" stands twice", path: [fullName]) }
      do throws(AvroError) {
        fields.append(try field(object, name, namespace: SchemaName.namespace(of: fullName)))
      } catch {
        throw error.inside(name)
      }
    }
    return fields
  }

  private mutating func field(_ object: JSONObject, _ name: String, namespace: String) throws(AvroError) -> Field {
    guard let type = object["type"] else { throw AvroError("has no \"type\"") }
    let rest = object.members.filter { !["name", "type", "default", "doc", "aliases"].contains($0.name) }
    return Field(
      name: name, schema: try schema(type, namespace: namespace), defaultValue: object["default"],
      doc: object["doc"]?.string, aliases: (object["aliases"]?.array ?? []).compactMap(\.string),
      attributes: JSONObject(rest))
  }

  private static func enumeration(
    _ object: JSONObject, _ full: String, _ doc: String?, _ aliases: [String]
  ) throws(AvroError) -> EnumSchema {
    guard let list = object["symbols"]?.array else { throw AvroError("an enum has no \"symbols\"", path: [full]) }
    let symbols = list.compactMap(\.string)
    guard symbols.count == list.count, symbols.allSatisfy(SchemaName.isValid) else {
      throw AvroError("a symbol is not a valid name", path: [full])
    }
    guard Set(symbols).count == symbols.count else { throw AvroError("a symbol stands twice", path: [full]) }
    let fallback = object["default"]?.string
    if let fallback, !symbols.contains(fallback) {
      throw AvroError("the default \"\(fallback)\" is not one of the symbols", path: [full])
    }
    return EnumSchema(fullName: full, symbols: symbols, defaultSymbol: fallback, doc: doc, aliases: aliases)
  }
}

extension Schema {
  /// What tells it from the other branches of a union: the type's name, or the full name.
  var branchName: String {
    if let fullName { return fullName }
    return typeName
  }

  /// The type's name in JSON.
  var typeName: String {
    switch kind {
    case .null: "null"
    case .boolean: "boolean"
    case .int: "int"
    case .long: "long"
    case .float: "float"
    case .double: "double"
    case .bytes: "bytes"
    case .string: "string"
    case .array: "array"
    case .map: "map"
    case .union: "union"
    case .record: "record"
    case .enumeration: "enum"
    case .fixed: "fixed"
    case .reference(let name): name
    }
  }

  /// Takes over the attributes of a schema object that are not part of the kind.
  fileprivate mutating func addAttributes(of object: JSONObject, without taken: Set<String>) {
    for member in object.members where !taken.contains(member.name) {
      if member.name == "logicalType", case .string(let name) = member.value {
        logicalType = name
      } else {
        attributes[member.name] = member.value
      }
    }
  }
}
