internal import JSON

/// The records of the configuration topic, with Kafka Connect's keys and values: `connector-<name>` holds
/// `{"properties":{…}}`, `target-state-<name>` holds `{"state":…,"state.v2":…}` (KIP-875). Ours beside them:
/// `cdc-file-<file>`.
enum StateRecord {
  static func configKey(_ name: String) -> String { "connector-\(name)" }
  static func targetKey(_ name: String) -> String { "target-state-\(name)" }
  static func fileKey(_ file: String) -> String { "cdc-file-\(file)" }

  static func value(of config: JSONObject) -> JSONValue { ["properties": .object(config)] }

  /// An older worker that doesn't know STOPPED reads PAUSED.
  static func value(of target: TargetState) -> JSONValue {
    let old = target == .running ? "STARTED" : "PAUSED"
    let new = target == .running ? "STARTED" : target.rawValue
    return ["state": .string(old), "state.v2": .string(new)]
  }

  /// Applies one record, a nil value being a tombstone. Records that are not known are left alone.
  static func apply(key: String, value: JSONValue?, to state: inout StoredState) {
    if let name = key.removing(prefix: "connector-") {
      state.configs[name] = value?["properties"]?.object
      if value == nil { state.targets[name] = nil }
    } else if let name = key.removing(prefix: "target-state-") {
      state.targets[name] = value.flatMap(target)
    } else if let file = key.removing(prefix: "cdc-file-") {
      state.appliedFiles[file] = value?["digest"]?.string
    }
  }

  private static func target(_ value: JSONValue) -> TargetState? {
    switch value["state.v2"]?.string ?? value["state"]?.string {
    case "STARTED": .running
    case "PAUSED": .paused
    case "STOPPED": .stopped
    default: nil
    }
  }
}

extension String {
  /// The rest behind `prefix`; nil if the text begins otherwise.
  func removing(prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
