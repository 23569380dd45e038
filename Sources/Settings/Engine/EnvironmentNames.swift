/// Which key an environment variable `CDC_…` stands for: the key's path in capitals, `.` and `-` as `_`.
enum EnvironmentNames {
  private static let keys: [String: String] = {
    var keys: [String: String] = [:]
    for key in EngineKeys.definition.keys where key.prefix == nil {
      keys[name(of: key.name)] = key.name
      // schemaRegistry.url also as CDC_SCHEMA_REGISTRY_URL, as a reader would write it.
      keys[name(of: key.name.replacingSchemaRegistry)] = key.name
    }
    for section in sections { keys[name(of: section)] = section }
    return keys
  }()

  /// Keys that can be given as a whole, as a map.
  private static let sections: Set<String> = ["http", "kafka", "schemaRegistry", "connectors", "state", "log"]

  static func isSection(_ key: String) -> Bool { sections.contains(key) }

  /// `CDC_KAFKA_BOOTSTRAP_SERVERS` of `kafka.bootstrap.servers`.
  static func name(of key: String) -> String {
    "CDC_" + String(key.uppercased().map { $0 == "." || $0 == "-" ? "_" : $0 })
  }

  /// The key of a variable; nil: none. Every `CDC_KAFKA_X_Y` is librdkafka's property `x.y`.
  static func key(of variable: String) -> String? {
    if let key = keys[variable] { return key }
    let prefix = "CDC_KAFKA_"
    guard variable.hasPrefix(prefix), variable.utf8.count > prefix.utf8.count else { return nil }
    return "kafka." + String(variable.dropFirst(prefix.count).lowercased().map { $0 == "_" ? "." : $0 })
  }

  static func nearest(to variable: String) -> String? { NearestName.of(variable, among: keys.keys.sorted()) }
}

extension String {
  fileprivate var replacingSchemaRegistry: String {
    hasPrefix("schemaRegistry") ? "schema.registry" + dropFirst("schemaRegistry".count) : self
  }
}
