import Engine
import Foundation
import JSON
import Synchronization

/// An engine without connectors' work: it keeps configurations and states as a Connect worker with Kafka's file
/// connectors would, so that the REST interface can be compared with the real one.
final class FakeControl: ConnectorControl {
  struct Connector {
    var config: JSONObject
    var target: TargetState
    var isFailed = false
    /// What Connect shows while a connector that never ran is paused or stopped: no tasks.
    var hasTasks: Bool
    var offsets: [(partition: JSONObject, offset: JSONValue)] = []
    var topics: [String] = []
  }

  struct State {
    var connectors: [String: Connector] = [:]
    var restarts: [String] = []
    var health: WorkerStatus = .healthy
    var hasStarted = true
    var records: [String] = []
    var kafkaError: ControlError?
    var followers = 0
    var deadLetters = DeadLetterCalls()
  }

  let state = Mutex(State())

  func awaitStart(patience: Duration) -> Bool { state.withLock { $0.hasStarted } }

  /// Readers that wait for records.
  var followers: Int { state.withLock { $0.followers } }
  let workerID = "127.0.0.1:8083"
  let kafkaClusterID: String? = "cluster-1"

  static let source = "org.apache.kafka.connect.file.FileStreamSourceConnector"
  static let sink = "org.apache.kafka.connect.file.FileStreamSinkConnector"

  func connectorNames() -> [String] { state.withLock { $0.connectors.keys.sorted() } }

  func info(_ name: String) -> ConnectorInfo? {
    state.withLock { state in
      guard let connector = state.connectors[name] else { return nil }
      return ConnectorInfo(
        name: name, config: connector.config, tasks: Self.tasks(connector), type: Self.type(connector.config))
    }
  }

  func status(_ name: String) -> ConnectorStatus? {
    state.withLock { state in
      guard let connector = state.connectors[name] else { return nil }
      let failed = ConnectorStatus.State(
        state: "FAILED", workerID: workerID, trace: "CDC-2003: the slot is lost", version: "4.3.1")
      let own = ConnectorStatus.State(state: connector.target.rawValue, workerID: workerID, version: "4.3.1")
      return ConnectorStatus(
        name: name, connector: own,
        tasks: Self.tasks(connector).map { ($0, connector.isFailed ? failed : own) }, type: Self.type(connector.config))
    }
  }

  func put(_ name: String, config: JSONObject, mustBeNew: Bool, initialState: TargetState) throws(ControlError)
    -> (info: ConnectorInfo, created: Bool)
  {
    let className = config["connector.class"]?.string ?? ""
    guard let plugin = Self.plugin(className) else {
      throw .unknownClass(className, available: plugins().map(\.className))
    }
    let problems = Self.problems(plugin, config)
    guard problems.isEmpty else { throw .invalidConfiguration(problems.map(\.message)) }
    let created = try state.withLock { state throws(ControlError) in
      if let old = state.connectors[name] {
        if mustBeNew { throw .alreadyExists(name) }
        state.connectors[name]?.config = config
        state.connectors[name]?.hasTasks = old.hasTasks
        return false
      }
      state.connectors[name] = Connector(config: config, target: initialState, hasTasks: initialState == .running)
      return true
    }
    // A new connector's tasks come later.
    let tasks = created ? [] : info(name)?.tasks ?? []
    return (ConnectorInfo(name: name, config: config, tasks: tasks, type: Self.type(config)), created)
  }

  func delete(_ name: String) throws(ControlError) {
    try state.withLock { state throws(ControlError) in
      if state.connectors.removeValue(forKey: name) == nil { throw .notFound(name) }
    }
  }

  func setTarget(_ name: String, _ target: TargetState) throws(ControlError) {
    try change(name) {
      $0.target = target
      if target != .paused { $0.hasTasks = target == .running }
    }
  }

  func restart(_ name: String, includeTasks: Bool, onlyFailed: Bool) throws(ControlError) {
    try change(name) { _ in }
    state.withLock { $0.restarts.append("\(name) tasks=\(includeTasks) failed=\(onlyFailed)") }
  }

  func restartTask(_ name: String, task: Int) throws(ControlError) {
    try change(name) { _ in }
    state.withLock { $0.restarts.append("\(name)-\(task)") }
  }

  func offsets(_ name: String) throws(ControlError) -> [(partition: JSONObject, offset: JSONValue)] {
    try change(name) { _ in }
    return state.withLock { $0.connectors[name]?.offsets ?? [] }
  }

  func alterOffsets(_ name: String, _ offsets: [(partition: JSONObject, offset: JSONValue)]) throws(ControlError) {
    try requireStopped(name)
    try change(name) { connector in
      for change in offsets {
        connector.offsets.removeAll { $0.partition == change.partition }
        if !change.offset.isNull { connector.offsets.append(change) }
      }
    }
  }

  func resetOffsets(_ name: String) throws(ControlError) {
    try requireStopped(name)
    try change(name) { $0.offsets = [] }
  }

  func topics(_ name: String) throws(ControlError) -> [String] {
    try change(name) { _ in }
    return state.withLock { $0.connectors[name]?.topics ?? [] }
  }

  func resetTopics(_ name: String) throws(ControlError) { try change(name) { $0.topics = [] } }

  func plugins() -> [PluginInfo] {
    [
      PluginInfo(className: Self.sink, type: "sink", version: "4.3.1"),
      PluginInfo(className: Self.source, type: "source", version: "4.3.1"),
      PluginInfo(
        className: "org.apache.kafka.connect.json.JsonConverter", type: "converter", version: "4.3.1"),
    ]
  }

  func health() -> (status: WorkerStatus, body: JSONObject) {
    (state.withLock { $0.health }, ["connectors": .array([])])
  }

  func kafkaTopics() throws(ControlError) -> [JSONObject] {
    if let error = state.withLock({ $0.kafkaError }) { throw error }
    return [["name": "t1", "partitions": 1, "replication": 1]]
  }

  func applyTopics(_ file: [UInt8], dryRun: Bool) throws(ControlError) -> JSONObject {
    if let error = state.withLock({ $0.kafkaError }) { throw error }
    return [
      "dry_run": .bool(dryRun), "steps": [["sign": "+", "topic": .string(String(decoding: file, as: UTF8.self))]],
    ]
  }

  func tail(
    topic: String, fromBeginning: Bool, limit: Int?, follow: Bool, emit: (_ line: [UInt8]) -> Bool
  ) throws(ControlError) {
    guard topic == "t1" else { throw ControlError(status: 404, message: "Topic \(topic) not found") }
    let lines = state.withLock { $0.records }
    for line in fromBeginning ? Array(lines.prefix(limit ?? lines.count)) : [] {
      guard emit(Array(line.utf8)) else { return }
    }
    if let error = state.withLock({ $0.kafkaError }) { throw error }
    guard follow else { return }
    state.withLock { $0.followers += 1 }
    defer { state.withLock { $0.followers -= 1 } }
    while emit([]) { Thread.sleep(forTimeInterval: 0.01) }
  }

  func change(_ name: String, _ body: (inout Connector) -> Void) throws(ControlError) {
    try state.withLock { state throws(ControlError) in
      guard var connector = state.connectors[name] else { throw .notFound(name) }
      body(&connector)
      state.connectors[name] = connector
    }
  }

  private func requireStopped(_ name: String) throws(ControlError) {
    if state.withLock({ $0.connectors[name]?.target != .stopped }) { throw .mustBeStopped(name) }
  }
}
