internal import JSON

/// The engine's health for people.
enum HealthText {
  static func text(_ health: JSONValue) -> String {
    var head = [["status:", health["status"]?.string ?? ""], ["message:", health["message"]?.string ?? ""]]
    if let version = health["version"]?.string { head.append(["version:", version]) }
    if let servers = health["kafka"]?["bootstrap.servers"]?.string {
      let note = health["kafka"]?["note"]?.string.map { " (\($0))" } ?? ""
      head.append(["kafka:", servers + note])
    }
    if let url = health["schema_registry"]?["url"]?.string { head.append(["registry:", url]) }
    var text = Table([], head).text
    let rows = (health["connectors"]?.object?.members ?? []).map { [$0.name] + cells($0.value) }
    if !rows.isEmpty { text += "\n" + Table(["CONNECTOR", "STATE", "LAG", "RETRIES", "LAST ERROR"], rows).text }
    for entry in health["connectors"]?.object?.members ?? [] {
      for notice in entry.value["notices"]?.array ?? [] { text += note(entry.name, notice) }
    }
    for file in health["configuration_files"]?.object?.members ?? [] {
      text += note(file.name, file.value)
    }
    return text
  }

  private static func note(_ name: String, _ value: JSONValue) -> String {
    "\n" + Printable.line("\(name): \(value.string ?? value.text)") + "\n"
  }

  private static func cells(_ entry: JSONValue) -> [String] {
    [entry["state"]?.string ?? "", lag(entry) ?? "-", entry["retries"]?.text ?? "-", lastError(entry) ?? "-"]
  }

  /// `1.500 s, 10 B`; nil: nothing is known.
  static func lag(_ entry: JSONValue) -> String? {
    let lags = [("lag_seconds", "s"), ("lag_bytes", "B"), ("lag_records", "records")].compactMap { key, unit in
      entry[key].map { "\($0.text) \(unit)" }
    }
    return lags.isEmpty ? nil : lags.joined(separator: ", ")
  }

  /// The last error's code, sentence and remedy.
  static func lastError(_ entry: JSONValue) -> String? { entry["last_error"]?["message"]?.string }
}
