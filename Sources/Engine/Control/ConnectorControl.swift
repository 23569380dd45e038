public import JSON

/// What the REST face asks of the engine: Kafka Connect's operations. Safe from any thread; calls that wait (a database
/// login, a stop) block, so they are made from threads that may block.
public protocol ConnectorControl: DeadLetterControl, AnyObject, Sendable {
  /// Waits until the stored connectors are known: before that, nobody may take an absent connector for a missing one.
  /// False: `patience` passed. There is an implementation that knows them at once.
  func awaitStart(patience: Duration) -> Bool
  /// Names of all connectors, sorted.
  func connectorNames() -> [String]
  /// A connector's configuration and tasks; nil: there is none of this name.
  func info(_ name: String) -> ConnectorInfo?
  /// A connector's states; nil: there is none of this name.
  func status(_ name: String) -> ConnectorStatus?
  /// Creates (`mustBeNew`) or replaces a connector. Throws `ControlError` (400 with the list of problems, 409).
  func put(_ name: String, config: JSONObject, mustBeNew: Bool, initialState: TargetState) throws(ControlError)
    -> (info: ConnectorInfo, created: Bool)
  /// Changes some keys of a connector's configuration; a null removes one. Throws `ControlError` (404, 400). There is an
  /// implementation over `info` and `put`; an engine with a lock of its own does better against concurrent changes.
  func patch(_ name: String, changes: JSONObject) throws(ControlError) -> ConnectorInfo
  /// Deletes a connector. Throws `ControlError` 404.
  func delete(_ name: String) throws(ControlError)
  /// Asks for another state. Throws `ControlError` 404.
  func setTarget(_ name: String, _ state: TargetState) throws(ControlError)
  /// Restarts a connector and, if asked, its tasks (all, or the failed ones).
  func restart(_ name: String, includeTasks: Bool, onlyFailed: Bool) throws(ControlError)
  /// Restarts one task. Throws `ControlError` 404.
  func restartTask(_ name: String, task: Int) throws(ControlError)
  /// The stored offsets, as `GET /connectors/{n}/offsets` lists them.
  func offsets(_ name: String) throws(ControlError) -> [(partition: JSONObject, offset: JSONValue)]
  /// Changes stored offsets of a STOPPED connector; a null offset resets one. Throws `ControlError.mustBeStopped`.
  func alterOffsets(_ name: String, _ offsets: [(partition: JSONObject, offset: JSONValue)]) throws(ControlError)
  /// Forgets the stored offsets of a STOPPED connector. Throws `ControlError.mustBeStopped`.
  func resetOffsets(_ name: String) throws(ControlError)
  /// The topics that a connector used since its last reset, sorted.
  func topics(_ name: String) throws(ControlError) -> [String]
  /// Forgets the topics that a connector used.
  func resetTopics(_ name: String) throws(ControlError)
  /// The connector classes there are, with every name that they answer to.
  func plugins() -> [PluginInfo]
  /// Checks a configuration key by key, as `PUT /connector-plugins/{p}/config/validate` answers. Nil: no such plug-in.
  func validate(plugin: String, config: JSONObject) -> JSONObject?
  /// What `GET /health` shows, and whether the worker is healthy.
  func health() -> (status: WorkerStatus, body: JSONObject)
  /// The id of the Kafka cluster, once known.
  var kafkaClusterID: String? { get }
  /// `host:port` of the REST listener, in `worker_id`.
  var workerID: String { get }
  /// Kafka's topics with their partitions: a list of `{"name":…, "partitions":…, "replication":…}`.
  func kafkaTopics() throws(ControlError) -> [JSONObject]
  /// Makes topics as a file (YAML, CONTRACT's "Topics as code") wants them, or only says what it would do. Returns
  /// `{"dry_run":…, "steps":[{"sign":"+", "topic":…, "text":…, "warning":…}]}`. Throws `ControlError` 400 for a file
  /// that can't be used or what the brokers refuse, 503 where they can't be reached.
  func applyTopics(_ file: [UInt8], dryRun: Bool) throws(ControlError) -> JSONObject
  /// Reads a topic's records as decoded JSON lines. Calls `emit` per line (without line break) from the calling thread
  /// until `limit` records were read, the end was reached (without `follow`), or `emit` returns false. While it waits
  /// for records it emits an empty line about once a second, so that a client that is gone is noticed. Throws
  /// `ControlError` 404 for a topic that isn't there, before the first line. Blocks.
  func tail(
    topic: String, fromBeginning: Bool, limit: Int?, follow: Bool, emit: (_ line: [UInt8]) -> Bool
  ) throws(ControlError)
}

extension ConnectorControl {
  /// Known at once.
  public func awaitStart(patience: Duration) -> Bool { true }

  /// Reads, changes and puts the configuration.
  public func patch(_ name: String, changes: JSONObject) throws(ControlError) -> ConnectorInfo {
    guard var config = info(name)?.config else { throw .notFound(name) }
    for change in changes.members { config[change.name] = change.value.isNull ? .none : .some(change.value) }
    return try put(name, config: config, mustBeNew: false, initialState: .running).info
  }
}

/// A state that an operator asks for.
public enum TargetState: String, Sendable {
  /// Run.
  case running = "RUNNING"
  /// Keep everything, process nothing.
  case paused = "PAUSED"
  /// Give everything back: no tasks, no connections.
  case stopped = "STOPPED"
}

/// A connector as Connect's ConnectorInfo.
public struct ConnectorInfo: Sendable {
  /// Its name.
  public var name: String
  /// The configuration exactly as it was put, values as strings, plus `name`.
  public var config: JSONObject
  /// The ids of its tasks.
  public var tasks: [Int]
  /// `source` or `sink`.
  public var type: String

  /// An info.
  public init(name: String, config: JSONObject, tasks: [Int], type: String) {
    self.name = name
    self.config = config
    self.tasks = tasks
    self.type = type
  }
}

/// A connector's states as Connect's ConnectorStateInfo.
public struct ConnectorStatus: Sendable {
  /// A state with the worker that has it.
  public struct State: Sendable {
    /// RUNNING, PAUSED, STOPPED, FAILED, UNASSIGNED, RESTARTING.
    public var state: String
    /// `host:port` of the worker.
    public var workerID: String
    /// Why it failed: the error's code, sentence and remedy.
    public var trace: String?
    /// The version of the connector class that runs.
    public var version: String?

    /// A state.
    public init(state: String, workerID: String, trace: String? = nil, version: String? = nil) {
      self.state = state
      self.workerID = workerID
      self.trace = trace
      self.version = version
    }
  }

  /// The connector's name.
  public var name: String
  /// The connector's own state.
  public var connector: State
  /// The tasks' states by id.
  public var tasks: [(id: Int, state: State)]
  /// `source` or `sink`.
  public var type: String

  /// A status.
  public init(name: String, connector: State, tasks: [(id: Int, state: State)], type: String) {
    self.name = name
    self.connector = connector
    self.tasks = tasks
    self.type = type
  }
}

/// A connector class.
public struct PluginInfo: Sendable {
  /// The class name or short name, as Connect's `class`.
  public var className: String
  /// `source` or `sink`.
  public var type: String
  /// Its version.
  public var version: String

  /// A plug-in.
  public init(className: String, type: String, version: String) {
    self.className = className
    self.type = type
    self.version = version
  }
}

/// Whether the worker serves.
public enum WorkerStatus: String, Sendable {
  /// All is well.
  case healthy
  /// Not yet.
  case starting
  /// Kafka is lost.
  case unhealthy
}

/// An operation was refused: the HTTP status and Connect's message.
public struct ControlError: Error, Sendable {
  /// The HTTP status, also Connect's `error_code`.
  public var status: Int
  /// The message.
  public var message: String

  /// A refusal.
  public init(status: Int, message: String) {
    self.status = status
    self.message = message
  }
}
