/// Full names, as the specification's chapter "Names" has them.
enum SchemaName {
  /// Full name of `name`, which stands in a place with this namespace.
  static func full(_ name: String, namespace: String) -> String {
    name.contains(".") || namespace.isEmpty ? name : "\(namespace).\(name)"
  }

  /// The namespace of a full name; empty where it has none.
  static func namespace(of fullName: String) -> String {
    guard let dot = fullName.lastIndex(of: ".") else { return "" }
    return String(fullName[..<dot])
  }

  /// The last part of a full name.
  static func simple(_ fullName: String) -> String {
    guard let dot = fullName.lastIndex(of: ".") else { return fullName }
    return String(fullName[fullName.index(after: dot)...])
  }

  /// How a full name is written in a place with this namespace.
  static func written(_ fullName: String, namespace: String) -> String {
    self.namespace(of: fullName) == namespace ? simple(fullName) : fullName
  }

  /// Whether it is a name: letters, digits and underscores, no digit first. Letters of all scripts, and only the last
  /// part of a full name, are looked at, as Avro's Java library does: Debezium's namespaces hold table names.
  static func isValid(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, first == "_" || first.properties.isAlphabetic else { return false }
    return name.unicodeScalars.dropFirst().allSatisfy {
      $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType == .decimal
    }
  }
}

extension RecordSchema {
  /// The name without its namespace.
  public var name: String { SchemaName.simple(fullName) }
  /// The namespace; empty where there is none.
  public var namespace: String { SchemaName.namespace(of: fullName) }
}
