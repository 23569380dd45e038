internal import Avro
public import ChangeModel
public import Flow
internal import JSON
internal import KafkaClient
internal import SchemaRegistry
public import Settings
public import Telemetry

/// Puts a worker together from the engine's settings: Kafka or its stand-in, the stores, the connector classes.
public struct EngineBoot: Sendable {
  private static let kafkaPatience: Duration = .seconds(30)

  private let settings: EngineSettings
  private let kafka: KafkaEnvironment
  private let registryURLs: String
  private let registryDescription: JSONObject
  private let metrics: MetricRegistry

  /// Reads what can be read without a network, and starts the embedded broker if it is wanted. `embeddedRegistryURL` is
  /// where the process serves its own registry; nil: it does not. Throws a `CDCError` for a bad configuration.
  public init(_ settings: EngineSettings, embeddedRegistryURL: String?, metrics: MetricRegistry) throws(CDCError) {
    self.settings = settings
    self.metrics = metrics
    switch settings.kafka {
    case .embedded: kafka = KafkaEnvironment(embedded: try EmbeddedBroker())
    case .cluster(let properties): kafka = KafkaEnvironment(properties: KafkaProperties(properties))
    }
    switch settings.registry {
    case .embedded:
      registryURLs = embeddedRegistryURL ?? ""
      registryDescription = ["embedded": true, "url": .string(registryURLs)]
    case .remote(let urls, _):
      registryURLs = urls.joined(separator: ",")
      registryDescription = ["url": .string(registryURLs)]
    case nil:
      registryURLs = ""
      registryDescription = [:]
    }
  }

  /// Makes the state directory. Throws `stateUnusable` where it can't be made or written.
  public static func prepareState(_ settings: EngineSettings) throws(CDCError) {
    try DurableFile.makeFolder(settings.stateDirectory)
  }

  /// Whether the process has to serve a registry of its own.
  public static func servesRegistry(_ settings: EngineSettings) -> Bool {
    if case .embedded = settings.registry { return true }
    return false
  }

  /// What the log says about Kafka at the start.
  public var kafkaSummary: String {
    kafka.embedded.map {
      "the embedded broker listens on \($0.bootstrapServers): for development only, it keeps records in memory"
    } ?? "Kafka is expected at \(kafka.properties["bootstrap.servers"] ?? "(no bootstrap.servers)")"
  }

  /// The worker, without connectors yet. `workerID` is `host:port` of the REST listener.
  public func makeWorker(workerID: String) throws(CDCError) -> Worker {
    let isEmbedded = kafka.embedded != nil
    let store: any StateStore =
      isEmbedded
      ? FileStateStore(directory: settings.stateDirectory)
      : KafkaStateStore(
        kafka: kafka, topic: settings.configTopic.name, replication: Int32(settings.configTopic.replicationFactor))
    let services = WorkerServices(
      groupID: settings.groupID, workerID: workerID, kafka: kafka, store: store,
      embeddedOffsets: isEmbedded ? try EmbeddedOffsets(directory: settings.stateDirectory) : nil,
      offsetsTopic: settings.offsetTopic.name, offsetsReplication: Int32(settings.offsetTopic.replicationFactor),
      registryURLs: registryURLs, registryDescription: registryDescription, schemas: try schemas(),
      directory: settings.directory, stateDirectory: settings.stateDirectory,
      flushInterval: settings.offsetFlushInterval.wholeNanoseconds / 1_000_000,
      connectorsDirectory: settings.connectorsDirectory, log: Log("engine"), metrics: metrics)
    let worker = Worker(services: services, classes: ConnectorClasses.all(services))
    EngineMetrics(worker: worker).register(in: metrics)
    return worker
  }

  /// Reaches Kafka, then loads and starts the worker's connectors. Throws `kafkaUnreachable` after 30 s of tries.
  public func start(_ worker: Worker, stop: StopFlag) throws(CDCError) {
    try kafka.connect(patience: Self.kafkaPatience, stop: stop)
    if stop.isRaised { return }
    try worker.start()
  }

  private func schemas() throws(CDCError) -> @Sendable (Int32) throws(CDCError) -> Schema {
    guard !registryURLs.isEmpty else {
      return { _ throws(CDCError) in throw CDCError(.schemaUnknown, "the engine has no schema registry") }
    }
    let client = RegistryClient(try RegistryOptions(converter: [(name: "schema.registry.url", value: registryURLs)]))
    return { id throws(CDCError) in try client.schema(id: id) }
  }
}
