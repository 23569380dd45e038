/// The declarations of the engine's own keys.
public enum EngineKeys {
  /// All of them.
  public static let definition = ConfigDefinition([
    KeyDefinition(
      "http.listen", default: "127.0.0.1:8083", importance: .high, "Address and port of the REST interface.",
      check: addressProblem),
    KeyDefinition(
      "kafka", importance: .high, "`embedded`: a broker in this process, for development only, in memory.",
      validValues: ["embedded"]),
    KeyDefinition(
      "kafka.*", importance: .high, "Properties of librdkafka, as they are; `bootstrap.servers` is required."),
    KeyDefinition(
      "schemaRegistry", importance: .high, "`embedded`: a registry that the engine serves itself.",
      validValues: ["embedded"]),
    KeyDefinition(
      "schemaRegistry.url", .list, importance: .high, "Addresses of a registry with Confluent's REST API.",
      check: urlProblem),
    KeyDefinition(
      "schemaRegistry.basic.auth.credentials.source", default: "URL", "Where name and password come from.",
      validValues: ["URL", "USER_INFO"]),
    KeyDefinition("schemaRegistry.basic.auth.user.info", .password, "`name:password` for the registry."),
    KeyDefinition("schemaRegistry.ssl.truststore.type", default: "PEM", "Kind of trust store.", validValues: ["PEM"]),
    KeyDefinition("schemaRegistry.ssl.truststore.location", .string, "File with the authorities' certificates."),
    KeyDefinition("schemaRegistry.ssl.truststore.certificates", .password, "The authorities' certificates."),
    KeyDefinition("schemaRegistry.ssl.keystore.type", default: "PEM", "Kind of key store.", validValues: ["PEM"]),
    KeyDefinition("schemaRegistry.ssl.keystore.location", .string, "File with the client's key and certificate."),
    KeyDefinition("schemaRegistry.ssl.keystore.certificate.chain", .password, "The client's certificate."),
    KeyDefinition("schemaRegistry.ssl.keystore.key", .password, "The client's key."),
    KeyDefinition("schemaRegistry.ssl.key.password", .password, "Password of the client's key."),
    KeyDefinition(
      "group.id", default: "martinet", importance: .high, "Workers with the same id share the connectors.",
      check: groupProblem),
    KeyDefinition(
      "offset.flush.interval.ms", .long, default: "60000", "How often sinks flush that flush by time.",
      range: 1...Int64.max / 1_000_000),
    KeyDefinition("connectors.directory", .string, "Folder of connector configurations that are applied at start."),
    KeyDefinition(
      "state.directory", default: "/var/lib/martinet", importance: .high,
      "Where the engine keeps what belongs to this machine; it is made if missing."),
    KeyDefinition(
      "log.level", default: "info", "The lowest level of log lines.",
      validValues: ["trace", "debug", "info", "warn", "error", "off"]),
    KeyDefinition("log.format", default: "json", "How log lines look.", validValues: ["json", "text"]),
    KeyDefinition(
      "offset.storage.topic", .string, "Compacted topic of source offsets; default: group.id and `.offsets`."),
    replication("offset"),
    KeyDefinition(
      "config.storage.topic", .string, "Compacted topic of configurations; default: group.id and `.configs`."),
    replication("config"),
    KeyDefinition("status.storage.topic", .string, "Compacted topic of states; default: group.id and `.status`."),
    replication("status"),
  ])

  private static func replication(_ kind: String) -> KeyDefinition {
    KeyDefinition(
      "\(kind).storage.replication.factor", .short, default: "-1",
      "Replicas of that topic when it is made; -1: as the broker says.", range: -1...32_767,
      check: { $0 == "0" ? "Value must be -1 or at least 1" : nil })
  }

  /// What only the keys together can miss.
  static func missing(_ config: ParsedConfig) -> [String] {
    if config.problems.contains(where: { $0.key == "kafka" }) { return [] }
    let hasCluster = !config.withPrefix("kafka.").isEmpty
    if config.isSet("kafka"), hasCluster { return ["kafka is both embedded and a cluster's properties: choose one"] }
    if config.isSet("schemaRegistry"), config.isSet("schemaRegistry.url") {
      return ["schemaRegistry is both embedded and an address: choose one"]
    }
    if config.isSet("kafka") { return [] }
    let servers = config.withPrefix("kafka.").contains {
      ["bootstrap.servers", "metadata.broker.list"].contains($0.0) && !$0.1.isEmpty
    }
    return servers
      ? [] : ["Missing required configuration \"kafka.bootstrap.servers\" (or kafka: embedded, for development)"]
  }

  @Sendable private static func addressProblem(_ text: String) -> String? {
    guard let colon = text.lastIndex(of: ":"), UInt16(text[text.index(after: colon)...]) != nil else {
      return "host:port is expected"
    }
    return nil
  }

  @Sendable private static func urlProblem(_ text: String) -> String? {
    let isRight = KeyKind.items(of: text).allSatisfy { $0.hasPrefix("http://") || $0.hasPrefix("https://") }
    return isRight && !text.isEmpty ? nil : "Addresses must begin with http:// or https://"
  }

  /// The id is part of topic names.
  @Sendable private static func groupProblem(_ text: String) -> String? {
    let isRight = text.utf8.allSatisfy { byte in
      Character(Unicode.Scalar(byte)).isLetter && byte < 0x80 || ("0"..."9").contains(Unicode.Scalar(byte))
        || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
    return isRight && !text.isEmpty && text.utf8.count <= 200
      ? nil : "1 to 200 letters of ASCII, digits, dots, dashes and underscores are expected"
  }
}
