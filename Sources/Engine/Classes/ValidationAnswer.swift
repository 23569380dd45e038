internal import JSON
internal import Settings

/// The answer of Connect's `PUT /connector-plugins/{p}/config/validate`.
enum ValidationAnswer {
  /// The answer for a class with these keys. Problems that the declarations don't see are put to their keys.
  static func make(
    _ name: String, _ definition: ConfigDefinition, _ config: JSONObject, _ problems: [(key: String, message: String)]
  ) -> JSONObject {
    var validations = definition.validate(config)
    for problem in problems {
      guard let index = validations.firstIndex(where: { $0.definition["name"]?.string == problem.key }) else {
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
}
