public import JSON

extension Schema {
  /// The schema as JSON. Attributes stand in the order of Avro's and Confluent's Java libraries: `type`, `name`,
  /// `namespace`, `doc`, the kind's own, all others, `logicalType`, `aliases`.
  public var json: JSONValue { json(namespace: "") }

  /// The schema as compact JSON text: what is registered, and what caches compare.
  public var text: String { json.text }

  private func json(namespace: String) -> JSONValue {
    switch kind {
    case .union(let branches): return .array(branches.map { $0.json(namespace: namespace) })
    case .array(let items): return object("array", ["items": items.json(namespace: namespace)])
    case .map(let values): return object("map", ["values": values.json(namespace: namespace)])
    case .record(let record):
      let fields = record.fields.map { $0.json(namespace: record.namespace) }
      return definition(
        "record", record.fullName, record.doc, record.aliases, ["fields": .array(fields)], namespace)
    case .enumeration(let enumeration):
      var own: JSONObject = ["symbols": .array(enumeration.symbols.map(JSONValue.string))]
      if let symbol = enumeration.defaultSymbol { own["default"] = .string(symbol) }
      return definition("enum", enumeration.fullName, enumeration.doc, enumeration.aliases, own, namespace)
    case .fixed(let fixed):
      return definition("fixed", fixed.fullName, fixed.doc, fixed.aliases, ["size": .integer(fixed.size)], namespace)
    case .reference(let name): return short(SchemaName.written(name, namespace: namespace))
    default: return short(typeName)
    }
  }

  private func short(_ name: String) -> JSONValue {
    logicalType == nil && attributes.isEmpty ? .string(name) : object(name, [:])
  }

  private func object(_ type: String, _ own: JSONObject) -> JSONValue {
    var members: [JSONObject.Member] = [.init("type", .string(type))]
    members += own.members
    members += attributes.members
    if let logicalType { members.append(.init("logicalType", .string(logicalType))) }
    return .object(JSONObject(members))
  }

  private func definition(
    _ type: String, _ fullName: String, _ doc: String?, _ aliases: [String], _ own: JSONObject, _ outer: String
  ) -> JSONValue {
    let space = SchemaName.namespace(of: fullName)
    var members: [JSONObject.Member] = [.init("name", .string(SchemaName.simple(fullName)))]
    if space != outer { members.append(.init("namespace", .string(space))) }
    if let doc { members.append(.init("doc", .string(doc))) }
    guard case .object(var object) = object(type, JSONObject(members + own.members)) else { return .null }
    if !aliases.isEmpty {
      object["aliases"] = .array(aliases.map { .string(SchemaName.written($0, namespace: space)) })
    }
    return .object(object)
  }

  fileprivate static func fieldJSON(_ field: Field, namespace: String) -> JSONValue {
    var object: JSONObject = ["name": .string(field.name), "type": field.schema.json(namespace: namespace)]
    if let doc = field.doc { object["doc"] = .string(doc) }
    if let value = field.defaultValue { object["default"] = value }
    for member in field.attributes.members { object[member.name] = member.value }
    if !field.aliases.isEmpty { object["aliases"] = .array(field.aliases.map(JSONValue.string)) }
    return .object(object)
  }
}

extension Field {
  fileprivate func json(namespace: String) -> JSONValue { Schema.fieldJSON(self, namespace: namespace) }
}
