internal import ChangeModel
public import JSON
internal import Pipeline
internal import Telemetry

extension Worker: ConnectorControl {
  /// Names of all connectors, sorted.
  public func connectorNames() -> [String] { all.map(\.name) }

  /// A connector's configuration and tasks; nil: there is none of this name.
  public func info(_ name: String) -> ConnectorInfo? { connector(name).map(info(of:)) }

  /// Creates or replaces a connector. Throws 400 with all problems of the configuration, or 409.
  public func put(_ name: String, config: JSONObject, mustBeNew: Bool, initialState: TargetState) throws(ControlError)
    -> (info: ConnectorInfo, created: Bool)
  {
    var config = config
    config["name"] = .string(name)
    // As in Connect the configuration comes first: a bad one of a name that exists is 400, not 409.
    let kind = try checkedClass(of: config)
    let existing = connector(name)
    if mustBeNew && existing != nil { throw .alreadyExists(name) }
    try stored { () throws(CDCError) in
      try services.store.putConfig(name, config)
      if existing == nil { try services.store.putTarget(name, initialState) }
    }
    if let existing, existing.kind.names == kind.names {
      existing.replaceConfig(config)
      return (info(of: existing), false)
    }
    if existing != nil { remove(name)?.delete() }
    let connector = add(name: name, kind: kind, config: config, target: existing?.target ?? initialState)
    connector.reconcile()
    return (info(of: connector), existing == nil)
  }

  /// Deletes a connector and waits for the end of its tasks.
  public func delete(_ name: String) throws(ControlError) {
    let connector = try required(name)
    try stored { () throws(CDCError) in try services.store.putConfig(name, nil) }
    _ = remove(name)
    connector.delete()
    services.metrics.remove(label: "connector", value: name)
  }

  /// Stores the state that is wanted, and goes there.
  public func setTarget(_ name: String, _ state: TargetState) throws(ControlError) {
    let connector = try required(name)
    try stored { () throws(CDCError) in try services.store.putTarget(name, state) }
    connector.setTarget(state)
  }

  /// Starts a connector, and if asked its tasks, anew.
  public func restart(_ name: String, includeTasks: Bool, onlyFailed: Bool) throws(ControlError) {
    try required(name).restart(connector: true, tasks: includeTasks, onlyFailed: onlyFailed)
  }

  /// Starts one task anew.
  public func restartTask(_ name: String, task: Int) throws(ControlError) {
    let connector = try required(name)
    guard connector.taskIDs.contains(task) else {
      throw ControlError(status: 404, message: "Unknown task: \(name)-\(task)")
    }
    connector.restartTask(task)
  }

  /// The topics that a connector used since the last reset, sorted.
  public func topics(_ name: String) throws(ControlError) -> [String] { try required(name).figures.topics.sorted() }

  /// Forgets the topics that a connector used.
  public func resetTopics(_ name: String) throws(ControlError) { try required(name).resetTopics() }

  /// Every name that a connector class answers to.
  public func plugins() -> [PluginInfo] {
    let connectors = classes.flatMap { kind in
      kind.names.map { PluginInfo(className: $0, type: kind.role.rawValue, version: EngineVersion.text) }
    }
    return connectors
      + StageKeys.plugins.map { PluginInfo(className: $0.className, type: $0.type, version: EngineVersion.text) }
  }

  /// Checks a configuration key by key; nil: there is no such class.
  public func validate(plugin: String, config: JSONObject) -> JSONObject? {
    if let kind = classes.first(where: { $0.answers(to: plugin) }) { return kind.validation(config) }
    guard let stage = StageKeys.plugins.first(where: { $0.className == plugin || $0.className.hasSuffix("." + plugin) })
    else { return nil }
    var own = config
    own["connector.class"] = nil
    return ValidationAnswer.make(stage.className, stage.keys, own, [])
  }

  /// The id of the Kafka cluster, once a broker told it.
  public var kafkaClusterID: String? { services.kafka.clusterID }

  /// `host:port` of the REST listener.
  public var workerID: String { services.workerID }

  private func info(of connector: Connector) -> ConnectorInfo {
    ConnectorInfo(
      name: connector.name, config: connector.config, tasks: connector.target == .stopped ? [] : connector.taskIDs,
      type: connector.kind.role.rawValue)
  }

  func required(_ name: String) throws(ControlError) -> Connector {
    guard let connector = connector(name) else { throw .notFound(name) }
    return connector
  }

  /// The class of a configuration that has no problems. Throws 400 with all problems.
  func checkedClass(of config: JSONObject) throws(ControlError) -> ConnectorClass {
    guard let className = config["connector.class"]?.string else {
      throw ControlError(status: 400, message: "Connector config {} contains no connector type")
    }
    guard let kind = connectorClass(of: config) else {
      throw .unknownClass(className, available: classes.flatMap(\.names))
    }
    let problems = kind.problems(config, true)
    guard problems.isEmpty else { throw .invalidConfiguration(problems.map(\.message)) }
    return kind
  }

  func stored(_ body: () throws(CDCError) -> Void) throws(ControlError) {
    do { try body() } catch { throw ControlError(status: 500, message: error.description) }
  }
}
