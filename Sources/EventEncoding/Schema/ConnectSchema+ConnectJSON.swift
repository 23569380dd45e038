public import JSON

extension ConnectSchema {
  /// The schema as Kafka Connect's JSON converter writes it beside a value when `schemas.enable` is true.
  public var connectJSON: JSONValue { .object(connectJSON(field: nil)) }

  private func connectJSON(field: String?) -> JSONObject {
    var object = typeJSON
    object["optional"] = .bool(isOptional)
    if let name { object["name"] = .string(name) }
    if let version { object["version"] = .integer(version) }
    if let doc { object["doc"] = .string(doc) }
    if !parameters.isEmpty { object["parameters"] = .object(parameters) }
    if let defaultValue { object["default"] = defaultValue.connectJSON }
    if let field { object["field"] = .string(field) }
    return object
  }

  private var typeJSON: JSONObject {
    switch kind {
    case .int8: ["type": "int8"]
    case .int16: ["type": "int16"]
    case .int32: ["type": "int32"]
    case .int64: ["type": "int64"]
    case .float32: ["type": "float"]
    case .float64: ["type": "double"]
    case .boolean: ["type": "boolean"]
    case .string: ["type": "string"]
    case .bytes: ["type": "bytes"]
    case .array(let element): ["type": "array", "items": element.connectJSON]
    case .map(let key, let value): ["type": "map", "keys": key.connectJSON, "values": value.connectJSON]
    case .structure(let fields):
      ["type": "struct", "fields": .array(fields.map { .object($0.schema.connectJSON(field: $0.name)) })]
    }
  }
}
