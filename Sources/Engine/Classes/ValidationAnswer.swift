internal import JSON
internal import Pipeline
internal import Settings

/// The answer of Connect's `PUT /connector-plugins/{p}/config/validate`.
enum ValidationAnswer {
  /// The answer for a class with these keys. Problems that the declarations don't see are put to their keys.
  static func make(
    _ name: String, _ definition: ConfigDefinition, _ config: JSONObject, _ problems: [(key: String, message: String)]
  ) -> JSONObject {
    var validations = definition.adding(StageKeys.keys(of: config)).validate(config)
    for problem in problems {
      guard let index = validations.firstIndex(where: { $0.definition["name"]?.string == problem.key }) else {
        validations.append(unlisted(problem))
        continue
      }
      var errors = validations[index].value["errors"]?.array ?? []
      guard !errors.contains(.string(problem.message)) else { continue }
      errors.append(.string(problem.message))
      validations[index].value["errors"] = .array(errors)
    }
    var groups: [String] = []
    for validation in validations {
      guard let group = validation.definition["group"]?.string, !groups.contains(group) else { continue }
      groups.append(group)
    }
    return [
      "name": .string(name), "error_count": .integer(validations.reduce(0) { $0 + $1.errorCount }),
      "groups": .array(groups.map { .string($0) }), "configs": .array(validations.map(\.json)),
    ]
  }

  /// A problem of a key that has no declaration.
  private static func unlisted(_ problem: (key: String, message: String)) -> KeyValidation {
    let key = KeyDefinition(problem.key, importance: .high)
    return KeyValidation(
      key.json(order: 0),
      value: [
        "name": .string(problem.key), "value": nil, "recommended_values": [], "errors": [.string(problem.message)],
        "visible": true,
      ])
  }
}
