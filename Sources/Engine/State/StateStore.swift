internal import ChangeModel
internal import JSON

/// Keeps connectors' configurations and target states, so that they survive a restart and a kill.
protocol StateStore: AnyObject, Sendable {
  /// Everything stored.
  func load() throws(CDCError) -> StoredState
  /// Stores a connector's configuration; nil removes it, and its target state with it. Durable on return.
  func putConfig(_ name: String, _ config: JSONObject?) throws(CDCError)
  /// Stores a connector's target state. Durable on return.
  func putTarget(_ name: String, _ state: TargetState) throws(CDCError)
  /// Stores what a configuration file's content was when it was applied last. Durable on return.
  func putAppliedFile(_ file: String, digest: String) throws(CDCError)
}

/// What a state store holds.
struct StoredState: Sendable {
  /// Configurations by connector.
  var configs: [String: JSONObject] = [:]
  /// Target states by connector; running where there is none.
  var targets: [String: TargetState] = [:]
  /// Digests of applied configuration files by file name.
  var appliedFiles: [String: String] = [:]
}
