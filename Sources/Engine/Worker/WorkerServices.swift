internal import Avro
internal import ChangeModel
internal import Flow
internal import JSON
internal import Telemetry

/// What all connectors of a worker share.
struct WorkerServices: Sendable {
  /// The group of workers: part of transactional ids and the names of internal topics.
  var groupID: String
  /// `host:port` of the REST listener.
  var workerID: String
  /// Kafka, or its stand-in.
  var kafka: KafkaEnvironment
  /// Where configurations are kept.
  var store: any StateStore
  /// Where source offsets are kept with the embedded broker; nil with a real cluster.
  var embeddedOffsets: EmbeddedOffsets?
  /// The compacted topic of source offsets.
  var offsetsTopic: String
  /// Its replication factor where it has to be made; -1: the broker's default.
  var offsetsReplication: Int32
  /// URLs of the registry that converters use which name none.
  var registryURLs: String
  /// What health says of that registry.
  var registryDescription: JSONObject
  /// Gives a schema of that registry by its id.
  var schemas: @Sendable (Int32) throws(CDCError) -> Schema
  /// The folder of the engine's configuration, for files that connectors name; empty: the working folder.
  var directory = ""
  /// The worker's folder; what sinks put there is worthless after a restart.
  var stateDirectory = "/var/lib/martinet"
  /// How often sinks flush that flush by time, in milliseconds.
  var flushInterval: Int64 = 60_000
  /// A folder of connector files that are applied at the start.
  var connectorsDirectory: String?
  /// The engine's log.
  var log: Log
  /// The worker's metrics.
  var metrics: MetricRegistry

  /// The topics whose dead letters are being settled.
  let settling = SettlingTopics()

  /// Logs and counts what happens to a connector.
  func observe(_ name: String, _ event: Connector.Event) {
    let log = log.with(["connector.name": name])
    switch event {
    case .started(let tasks): log.info("connector started", ["connector.tasks": tasks])
    case .stopped: log.info("connector stopped")
    case .notice(let text): log.warn(text)
    case .retrying(let task, let error):
      count(error, name)
      log.warn("task \(task) failed and is tried again: \(error.description)", ["error.code": error.code.name])
    case .failed(let task, let error):
      count(error, name)
      let what = task.map { "task \($0) failed" } ?? "the connector failed"
      log.error("\(what): \(error.description)", ["error.code": error.code.name])
    }
  }

  private func count(_ error: CDCError, _ name: String) {
    metrics.counter(
      "cdc_errors_total", help: "Errors by code.", labels: ["connector": name, "code": error.code.name]
    ).add()
  }
}
