/// The layers of the house, lowest first; within a layer in the order of their lines. A target imports only targets of a
/// lower layer, or of its own layer above its own line.
enum House {
  static let layers: [[String]] = [
    [
      "CSystem", "CLibPQ", "CMariaDB", "CRDKafka", "CEvent", "CCurl", "CYAML", "CPCRE2", "COpenSSL", "CZlib", "CSnappy",
      "CZstd",
    ],
    ["ChangeModel", "JSON", "Avro", "Flow", "Telemetry"],
    [
      "PostgresClient", "MySQLClient", "ColumnCodecs", "HTTPClient", "HTTPServer", "KafkaClient", "SchemaRegistry",
      "Settings", "ObjectStore",
    ],
    ["PostgresSource", "MySQLSource", "HTTPSource", "QuerySource", "EventEncoding", "Pipeline"],
    ["WarehouseSink", "ObjectStoreSink", "DeltaSink"],
    ["Engine"],
    ["ControlPlane"],
    ["cdcd", "cdcctl"],
  ]

  static let sources: Set<String> = ["PostgresSource", "MySQLSource", "HTTPSource", "QuerySource"]
  static let sinks: Set<String> = ["WarehouseSink", "ObjectStoreSink", "DeltaSink"]

  /// What a target must not import although its layer would allow it.
  static let forbidden: [String: Set<String>] = {
    var rules: [String: Set<String>] = [
      "ChangeModel": cLibraries,
      "JSON": ["ChangeModel"],
      "Avro": ["ChangeModel", "Flow", "Telemetry"],
      "Flow": cLibraries,
      "Telemetry": ["ChangeModel", "JSON", "Avro", "Flow"],
      "KafkaClient": ["Avro", "JSON", "Settings", "PostgresClient", "HTTPClient", "HTTPServer"],
      "ColumnCodecs": ["PostgresClient", "MySQLClient"],
      "EventEncoding": sources.union(["KafkaClient"]),
      "Pipeline": sources.union(["KafkaClient"]),
      "Engine": ["HTTPServer"],
      "ControlPlane": sources.union(sinks).union(cLibraries),
    ]
    for source in sources { rules[source] = sources.subtracting([source]).union(["KafkaClient", "EventEncoding"]) }
    for sink in sinks { rules[sink] = sinks.subtracting([sink]).union(sources) }
    return rules
  }()

  /// The only modules of ours that the client imports: what needs Kafka or Avro is asked of the engine over REST.
  static let clientImports: Set<String> = ["JSON", "HTTPClient", "Telemetry"]

  /// Who may see a C library's symbols.
  static let cModules: [String: Set<String>] = [
    "CLibPQ": ["PostgresClient"],
    "CMariaDB": ["MySQLClient"],
    "CRDKafka": ["KafkaClient"],
    "CEvent": ["HTTPServer"],
    "CCurl": ["HTTPClient"],
    "CYAML": ["Settings"],
    "CPCRE2": ["Settings"],
    "COpenSSL": ["HTTPClient", "HTTPServer", "PostgresClient", "KafkaClient", "ObjectStore"],
    "CZlib": ["Avro", "HTTPClient", "HTTPServer", "ObjectStoreSink"],
    "CSnappy": ["Avro", "ObjectStoreSink"],
    "CZstd": ["Avro", "ObjectStoreSink"],
  ]
  static let cLibraries = Set(cModules.keys)

  /// Who may import `FoundationEssentials`; full Foundation (50 MB) nobody may.
  static let essentials: Set<String> = Set(["Settings"] + layers[4...].flatMap { $0 })

  static func place(_ target: String) -> (layer: Int, line: Int)? {
    for (layer, targets) in layers.enumerated() {
      if let line = targets.firstIndex(of: target) { return (layer, line) }
    }
    return nil
  }

  /// Why `target` may not import `module`; nil: it may.
  static func objection(_ target: String, imports module: String) -> String? {
    guard let importer = place(target) else { return "\(target) has no place in the house" }
    if target == "cdcctl", place(module) != nil, !clientImports.contains(module) {
      return "cdcctl talks to the engine over REST; it does not import \(module)"
    }
    if let users = cModules[module], !users.contains(target) { return "\(target) must not see the C library \(module)" }
    if forbidden[target]?.contains(module) == true { return "\(target) must never import \(module)" }
    guard let imported = place(module) else { return nil }
    let isBelow = imported.layer < importer.layer || (imported.layer == importer.layer && imported.line < importer.line)
    return isBelow ? nil : "\(target) stands below \(module) and must not import it"
  }
}
