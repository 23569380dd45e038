internal import Avro
internal import JSON

/// Puts the schemas that a schema refers to by name in the places where they are named first.
enum SchemaReferences {
  /// The schema with all references replaced. Throws an `AvroError` where it then is no Avro schema.
  static func inlined(_ json: JSONValue, references: [JSONValue]) throws(AvroError) -> Schema {
    var open: [String: JSONValue] = [:]
    for reference in references {
      let schema = try Schema(json: reference)
      if case .record(let record) = schema.kind { open[record.fullName] = reference }
      if case .enumeration(let type) = schema.kind { open[type.fullName] = reference }
      if case .fixed(let type) = schema.kind { open[type.fullName] = reference }
    }
    return try Schema(json: replace(json, &open))
  }

  private static func replace(_ json: JSONValue, _ open: inout [String: JSONValue]) -> JSONValue {
    switch json {
    case .string(let name): return open.removeValue(forKey: name).map { replace($0, &open) } ?? json
    case .array(let branches): return .array(branches.map { replace($0, &open) })
    case .object(var object):
      for key in ["type", "items", "values"] {
        if let inner = object[key] { object[key] = replace(inner, &open) }
      }
      if let fields = object["fields"]?.array {
        object["fields"] = .array(
          fields.map { field in
            guard var members = field.object, let type = members["type"] else { return field }
            members["type"] = replace(type, &open)
            return .object(members)
          })
      }
      return .object(object)
    default: return json
    }
  }
}
