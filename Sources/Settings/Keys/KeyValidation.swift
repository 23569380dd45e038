public import JSON

/// A key's declaration and its value's problems, as Connect's validate call answers them.
public struct KeyValidation: Sendable {
  /// `{"name":…, "type":…, "required":…, "default_value":…, …}`.
  public var definition: JSONObject
  /// `{"name":…, "value":…, "recommended_values":…, "errors":…, "visible":…}`.
  public var value: JSONObject

  /// Both together, an element of the answer's `configs`.
  public var json: JSONValue { .object(["definition": .object(definition), "value": .object(value)]) }

  /// How many problems the value has.
  public var errorCount: Int { value["errors"]?.array?.count ?? 0 }
}

extension KeyValidation {
  /// A declaration with its value.
  public init(_ definition: JSONObject, value: JSONObject) {
    self.definition = definition
    self.value = value
  }
}

extension KeyDefinition {
  /// The declaration as Connect's ConfigKeyInfo.
  public func json(order: Int) -> JSONObject {
    [
      "name": .string(name), "type": .string(kind.rawValue), "required": .bool(isRequired),
      "default_value": shownDefault.map { .string($0) } ?? .null, "importance": .string(importance.rawValue),
      "documentation": .string(documentation), "group": group.isEmpty ? .null : .string(group),
      "order_in_group": .integer(group.isEmpty ? -1 : order), "width": .string(width.rawValue),
      "display_name": .string(displayName), "dependents": [],
    ]
  }

  private var shownDefault: String? {
    guard let defaultValue else { return nil }
    return kind == .password ? "[hidden]" : (try? kind.parse(defaultValue))?.text ?? defaultValue
  }
}

extension ConfigDefinition {
  /// Every key with its value and problems, for `PUT /connector-plugins/{p}/config/validate`. Unknown keys, and keys
  /// under a prefix that have a problem, come behind the declared ones. Values are shown as given, references too.
  public func validate(_ raw: JSONObject, secrets: SecretResolver = .system) -> [KeyValidation] {
    let config = parse(raw, secrets: secrets)
    var errors: [String: [JSONValue]] = [:]
    for problem in config.problems { errors[problem.key, default: []].append(.string(problem.message)) }
    var orders: [String: Int] = [:]
    var result: [KeyValidation] = []
    for key in keys where key.prefix == nil {
      orders[key.group] = key.order ?? (orders[key.group] ?? 0) + 1
      let value = Self.value(
        key, named: key.name, raw[key.name], errors: errors.removeValue(forKey: key.name) ?? [])
      result.append(KeyValidation(definition: key.json(order: orders[key.group] ?? 0), value: value))
    }
    for member in raw.members {
      guard let problems = errors.removeValue(forKey: member.name) else { continue }
      let key = KeyDefinition(member.name, importance: .high)
      let value = Self.value(key, named: member.name, member.value, errors: problems)
      result.append(KeyValidation(definition: key.json(order: 0), value: value))
    }
    return result
  }

  /// The headings, in the order in which they first appear.
  public var groups: [String] {
    var seen: [String] = []
    for key in keys where !key.group.isEmpty && !seen.contains(key.group) { seen.append(key.group) }
    return seen
  }

  private static func value(
    _ key: KeyDefinition, named name: String, _ raw: JSONValue?, errors: [JSONValue]
  ) -> JSONObject {
    [
      "name": .string(name), "value": shown(raw, key),
      "recommended_values": .array(key.recommendsValues ? key.validValues.map { .string($0) } : []),
      "errors": .array(errors), "visible": true,
    ]
  }

  /// A given password is hidden unless it is a reference; what is not given shows its default.
  private static func shown(_ raw: JSONValue?, _ key: KeyDefinition) -> JSONValue {
    let text: String
    switch raw {
    case .string(let given), .number(let given): text = given
    case .bool(let flag): text = flag ? "true" : "false"
    case .array, .object: return .null
    case .null, nil: return key.kind == .password ? .null : key.defaultValue.map { .string($0) } ?? .null
    }
    if SecretResolver.hasReference(text) { return .string(text) }
    if key.kind == .password { return .string("[hidden]") }
    // As in Connect, a value that is not of the key's type is not shown.
    return (try? key.kind.parse(text)).map { .string($0.text) } ?? .null
  }
}
