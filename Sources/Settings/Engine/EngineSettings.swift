public import ChangeModel

/// The engine's own configuration: a YAML file, every key of which an environment variable `CDC_…` can override.
public struct EngineSettings: Sendable {
  /// Which Kafka is used.
  public enum Kafka: Sendable {
    /// librdkafka's broker in this process, for development.
    case embedded
    /// A cluster, by librdkafka's properties in their order.
    case cluster([(String, String)])
  }

  /// Which schema registry connectors use that name none.
  public enum Registry: Sendable {
    /// The one that the engine serves.
    case embedded
    /// A registry with Confluent's REST API: its addresses, and client properties without `schema.registry.`.
    case remote(urls: [String], properties: [(String, String)])
  }

  /// `host:port` of the REST interface.
  public var httpListen: String
  /// Kafka.
  public var kafka: Kafka
  /// The registry; nil: connectors have to name theirs.
  public var registry: Registry?
  /// Workers with the same id share the connectors.
  public var groupID: String
  /// How often sinks flush that flush by time.
  public var offsetFlushInterval: Duration
  /// A folder of connector configurations that are applied at start.
  public var connectorsDirectory: String?
  /// Where the engine keeps what belongs to this machine.
  public var stateDirectory: String
  /// The lowest level of log lines: `trace`, `debug`, `info`, `warn`, `error`, `off`.
  public var logLevel: String
  /// `json` or `text`.
  public var logFormat: String
  /// The compacted topic of source offsets.
  public var offsetTopic: InternalTopic
  /// The compacted topic of connector configurations and target states.
  public var configTopic: InternalTopic
  /// The compacted topic of connector and task states.
  public var statusTopic: InternalTopic
  /// The folder of the configuration file, to which the file's own relative paths are relative.
  public var directory: String
  /// What an operator should hear of, besides errors: for the log.
  public var notices: [String]

  /// A topic of the engine's own.
  public struct InternalTopic: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// How many replicas it gets when it is made; -1: as the broker says.
    public var replicationFactor: Int

    /// A topic.
    public init(name: String, replicationFactor: Int) {
      self.name = name
      self.replicationFactor = replicationFactor
    }
  }

  /// Reads the configuration file and the environment. Throws one error that names every problem with its place.
  public static func load(
    path: String, environment: [String: String] = ProcessEnvironment.variables, secrets: SecretResolver = .system
  ) throws(CDCError) -> EngineSettings {
    let bytes: [UInt8]
    do throws(ReferenceProblem) { bytes = try SmallFile.read(path) } catch {
      throw CDCError(.engineConfigurationUnreadable, "the configuration file can't be read", cause: error.message)
    }
    return try parse(bytes, path: path, environment: environment, secrets: secrets)
  }

  /// Reads a configuration's text; `path` is its name in errors.
  public static func parse(
    _ text: [UInt8], path: String, environment: [String: String] = [:], secrets: SecretResolver = .system
  ) throws(CDCError) -> EngineSettings {
    var leaves = SettingLeaves()
    try leaves.read(text, file: path)
    let notices = leaves.override(by: environment)
    let config = EngineKeys.definition.parse(leaves.raw, secrets: secrets)
    let problems = leaves.problems + config.problems.map(leaves.place) + EngineKeys.missing(config)
    guard problems.isEmpty else {
      throw CDCError(.invalidEngineConfiguration, problems.joined(separator: "; "))
    }
    return EngineSettings(config, leaves, path: path, notices: notices)
  }

  private init(_ config: ParsedConfig, _ leaves: SettingLeaves, path: String, notices: [String]) {
    let directory = PathName.folder(of: path)
    self.directory = directory
    self.notices = notices
    httpListen = config.string("http.listen")
    groupID = config.string("group.id")
    offsetFlushInterval = config.milliseconds("offset.flush.interval.ms")
    stateDirectory = leaves.resolve(config.string("state.directory"), of: "state.directory", in: directory)
    connectorsDirectory = config.optional("connectors.directory").map {
      leaves.resolve($0, of: "connectors.directory", in: directory)
    }
    logLevel = config.string("log.level")
    logFormat = config.string("log.format")
    kafka = config.isSet("kafka") ? .embedded : .cluster(config.withPrefix("kafka."))
    registry = Self.registry(config)
    offsetTopic = Self.topic("offset", ".offsets", config)
    configTopic = Self.topic("config", ".configs", config)
    statusTopic = Self.topic("status", ".status", config)
  }

  private static func registry(_ config: ParsedConfig) -> Registry? {
    if config.isSet("schemaRegistry.url") {
      let properties = config.withPrefix("schemaRegistry.").filter { $0.0 != "url" }
      return .remote(urls: config.list("schemaRegistry.url"), properties: properties)
    }
    return config.isSet("schemaRegistry") || config.isSet("kafka") ? .embedded : nil
  }

  private static func topic(_ kind: String, _ suffix: String, _ config: ParsedConfig) -> InternalTopic {
    InternalTopic(
      name: config.optional("\(kind).storage.topic") ?? config.string("group.id") + suffix,
      replicationFactor: config.int("\(kind).storage.replication.factor"))
  }
}
