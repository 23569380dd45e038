internal import ChangeModel
internal import JSON

/// A kind of connector: a value that names its keys and makes its tasks. The engine knows connectors only through it.
struct ConnectorClass: Sendable {
  /// `source` or `sink`.
  enum Role: String, Sendable { case source, sink }

  /// Every `connector.class` that means it; the first is the full class name.
  let names: [String]
  let role: Role
  /// Problems of a configuration, by key; `login` also tries the database.
  let problems: @Sendable (_ config: JSONObject, _ login: Bool) -> [(key: String, message: String)]
  /// The answer of Connect's validate call.
  let validation: @Sendable (_ config: JSONObject) -> JSONObject
  /// Puts a connector's tasks together.
  let plan: @Sendable (_ name: String, _ config: JSONObject) throws(CDCError) -> ConnectorPlan
  /// The stored offsets, and changing them while the connector is stopped.
  let offsets: @Sendable (_ name: String, _ config: JSONObject) throws(CDCError) -> [OffsetEntry]
  let alterOffsets: @Sendable (_ name: String, _ config: JSONObject, _ changes: [OffsetEntry]?) throws(CDCError) -> Void

  /// Whether `name` means it, as a full name or as a class's last part.
  func answers(to name: String) -> Bool {
    names.contains { $0 == name || $0.split(separator: ".").last.map(String.init) == name }
  }
}

/// A source or sink partition and its offset; a null offset resets it.
struct OffsetEntry: Sendable {
  var partition: JSONObject
  var offset: JSONValue
}

/// A connector ready to run.
struct ConnectorPlan: Sendable {
  /// What each task runs.
  var tasks: [TaskRunner.Body]
  /// When a failed task is tried again.
  var retry: RetryPolicy
  /// Sentences for the log: keys that only tune other engines, and the like.
  var notices: [String]
  /// Live figures for health and status.
  var figures: @Sendable () -> ConnectorFigures
}

/// A connector's live figures.
struct ConnectorFigures: Sendable {
  /// Readings of a source's tasks.
  var sources: [SourceMeter.Reading] = []
  /// Readings of a sink's tasks.
  var sinks: [SinkMeter.Reading] = []
  /// Topics used so far.
  var topics: Set<String> = []
  /// What is waited for, or was left out.
  var notices: [String] = []

  /// Bytes between the server's head and what is durable; nil: a sink.
  var lagBytes: UInt64? { sources.isEmpty ? nil : sources.map(\.lagBytes).max() }

  /// How old the newest durable change is while others wait, in seconds; nil: a sink.
  func lagSeconds(now: Int64) -> Double? {
    sources.isEmpty ? nil : sources.map { $0.lagSeconds(now: now) }.max()
  }

  /// Records that wait in the topics; nil: a source, or not known.
  var lagRecords: Int64? {
    let known = sinks.compactMap(\.lag)
    return known.isEmpty ? nil : known.reduce(0, +)
  }
}
