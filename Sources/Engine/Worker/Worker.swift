internal import ChangeModel
internal import Flow
internal import JSON
internal import Telemetry

/// The engine of one process: all connectors, their stored configurations and states. The REST face works through its
/// `ConnectorControl`.
public final class Worker: @unchecked Sendable {
  let services: WorkerServices
  let classes: [ConnectorClass]
  /// How many dead letters wait for an operator.
  let deadLetterMonitor: DeadLetterMonitor
  private let lock = Lock()
  private var connectors: [String: Connector] = [:]
  private var state: WorkerStatus = .starting
  private var fileProblems: [String: String] = [:]

  init(services: WorkerServices, classes: [ConnectorClass]) {
    self.services = services
    self.classes = classes
    deadLetterMonitor = DeadLetterMonitor(log: services.log)
  }

  /// Loads what is stored, applies the files of `connectors.directory`, and starts the connectors. Throws a `CDCError`
  /// when the stored configurations can't be had.
  func start() throws(CDCError) {
    let stored = try services.store.load()
    for (name, config) in stored.configs.sorted(by: { $0.key < $1.key }) {
      guard let kind = connectorClass(of: config) else {
        services.log.error("the stored connector has no known connector.class", ["connector.name": name])
        continue
      }
      add(name: name, kind: kind, config: config, target: stored.targets[name] ?? .running)
    }
    lock.withLock {
      state = .healthy
      lock.wakeAll()
    }
    applyDirectory(stored.appliedFiles)
    for connector in all { connector.reconcile() }
    deadLetterMonitor.start { [weak self] in
      guard let self else { return [] }
      return self.deadLetterTopics.map { self.deadLetterTopic($0.topic) }
    }
  }

  /// Waits until the stored connectors are known.
  public func awaitStart(patience: Duration) -> Bool {
    lock.acquire()
    defer { lock.release() }
    let deadline = Lock.deadline(after: patience)
    while state == .starting {
      if !lock.wait(deadline) { return state != .starting }
    }
    return true
  }

  /// Stops all connectors and keeps everything. Returns after `patience` at the latest.
  public func shutDown(patience: Duration) {
    deadLetterMonitor.shutDown(patience: .zero)
    let ending = all
    for connector in ending { connector.shutDown() }
    let deadline = ContinuousClock.now + patience
    for connector in ending { _ = connector.waitForEnd(patience: max(.zero, deadline - .now)) }
  }

  /// All connectors, by name.
  var all: [Connector] { lock.withLock { connectors.values.sorted { $0.name < $1.name } } }

  func connector(_ name: String) -> Connector? { lock.withLock { connectors[name] } }

  /// The worker's own state.
  var ownStatus: WorkerStatus {
    let own = lock.withLock { state }
    return own == .healthy && services.kafka.isLost ? .unhealthy : own
  }

  /// Configuration files that could not be applied, with the reason.
  var badFiles: [String: String] { lock.withLock { fileProblems } }

  func noteBadFile(_ file: String, _ reason: String?) { lock.withLock { fileProblems[file] = reason } }

  @discardableResult func add(name: String, kind: ConnectorClass, config: JSONObject, target: TargetState) -> Connector
  {
    let connector = Connector(name: name, kind: kind, config: config, target: target) { [services] name, event in
      services.observe(name, event)
    }
    lock.withLock { connectors[name] = connector }
    return connector
  }

  func remove(_ name: String) -> Connector? { lock.withLock { connectors.removeValue(forKey: name) } }

  func connectorClass(of config: JSONObject) -> ConnectorClass? {
    guard let name = config["connector.class"]?.string else { return nil }
    return classes.first { $0.answers(to: name) }
  }
}
