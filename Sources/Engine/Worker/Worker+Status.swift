internal import ChangeModel
internal import Flow
public import JSON

extension Worker {
  /// A connector's states; nil: there is none of this name.
  public func status(_ name: String) -> ConnectorStatus? {
    guard let connector = connector(name) else { return nil }
    let (failure, phases) = connector.phases
    let target = connector.target
    let state: String
    if target == .running {
      state = failure == nil ? "RUNNING" : "FAILED"
    } else {
      state = target.rawValue
    }
    let tasks = target == .stopped ? [] : phases
    return ConnectorStatus(
      name: name, connector: self.state(state, trace: failure?.description),
      tasks: tasks.map { ($0.id, taskState($0.phase)) }, type: connector.kind.role.rawValue)
  }

  private func taskState(_ phase: TaskRunner.Phase) -> ConnectorStatus.State {
    switch phase {
    case .running, .retrying, .finished: state("RUNNING")
    case .paused: state("PAUSED")
    case .stopped: state("UNASSIGNED")
    case .failed(let error): state("FAILED", trace: error.description)
    }
  }

  private func state(_ name: String, trace: String? = nil) -> ConnectorStatus.State {
    .init(state: name, workerID: workerID, trace: trace, version: EngineVersion.text)
  }

  /// The worker's and each connector's health.
  public func health() -> (status: WorkerStatus, body: JSONObject) {
    let status = ownStatus
    var body: JSONObject = ["status": .string(status.rawValue), "message": .string(Self.message(status))]
    body["version"] = .string(EngineVersion.text)
    body["kafka"] = .object(services.kafka.description)
    body["schema_registry"] = .object(services.registryDescription)
    body["connectors"] = .object(JSONObject(all.map { .init($0.name, .object(healthEntry($0))) }))
    let files = badFiles
    if !files.isEmpty {
      body["configuration_files"] = .object(
        JSONObject(files.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }))
    }
    return (status, body)
  }

  private static func message(_ status: WorkerStatus) -> String {
    switch status {
    case .healthy: "Worker has completed startup and is ready to handle requests."
    case .starting: "Worker is still starting up."
    case .unhealthy: "Worker has lost its connection to Kafka."
    }
  }

  /// RETRYING shows here and not in Connect's status, which has no such state.
  private func healthEntry(_ connector: Connector) -> JSONObject {
    let (failure, phases) = connector.phases
    var lastError = failure
    var state = connector.target == .running ? "RUNNING" : connector.target.rawValue
    if failure != nil { state = "FAILED" }
    for (_, phase, _) in phases {
      switch phase {
      case .failed(let error):
        state = "FAILED"
        lastError = error
      case .retrying(let error):
        if state == "RUNNING" { state = "RETRYING" }
        lastError = error
      default: break
      }
    }
    let figures = connector.figures
    var entry: JSONObject = ["state": .string(state), "type": .string(connector.kind.role.rawValue)]
    entry["tasks"] = .integer(phases.count)
    entry["lag_bytes"] = figures.lagBytes.map { .integer($0) }
    entry["lag_seconds"] = figures.lagSeconds(now: SystemTime.wallMicroseconds).map { .number(Self.decimal($0)) }
    entry["lag_records"] = figures.lagRecords.map { .integer($0) }
    entry["retries"] = .integer(phases.reduce(0) { $0 + $1.retries })
    // Open: the target is down or busy, and nothing is consumed until it takes writes again.
    if connector.kind.role == .sink { entry["circuit_breaker"] = state == "RETRYING" ? "open" : "closed" }
    entry["dead_letters"] = deadLetterHealth(connector)
    if let lastError {
      entry["last_error"] = ["code": .string(lastError.code.name), "message": .string(lastError.description)]
    }
    if !figures.notices.isEmpty { entry["notices"] = .array(figures.notices.map { .string($0) }) }
    return entry
  }

  /// Whether a connector is meant to run and does, without an error.
  func isRunning(_ connector: Connector) -> Bool { healthEntry(connector)["state"] == "RUNNING" }

  /// A number of seconds with three digits behind the point.
  static func decimal(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    let digits = String(thousandths % 1000 + 1000).dropFirst()
    return "\(thousandths / 1000).\(digits)"
  }
}
