internal import JSON

/// A connector's states for people.
enum StatusText {
  /// The connector, its tasks, and under them lag, errors and notices. Only health knows of a task that tries again.
  static func text(_ status: JSONValue, health: JSONValue? = nil) -> String {
    let own = status["connector"] ?? .null
    var rows = [[name(status), own["state"]?.string ?? "", own["worker_id"]?.string ?? ""]]
    for task in status["tasks"]?.array ?? [] {
      rows.append(["  task \(task["id"]?.text ?? "")", task["state"]?.string ?? "", task["worker_id"]?.string ?? ""])
    }
    var text = Table(["CONNECTOR", "STATE", "WORKER"], rows).text
    text += trace(own, of: name(status))
    for task in status["tasks"]?.array ?? [] { text += trace(task, of: "task \(task["id"]?.text ?? "")") }
    guard let health else { return text }
    var more: [[String]] = []
    if let lag = HealthText.lag(health) { more.append(["lag:", lag]) }
    if health["state"] == "RETRYING", let error = HealthText.lastError(health) {
      more.append(["retrying after:", error])
    }
    for notice in health["notices"]?.array ?? [] { more.append(["notice:", notice.string ?? notice.text]) }
    return more.isEmpty ? text : text + "\n" + Table([], more).text
  }

  /// Name, type, class and states in lines.
  static func head(_ info: JSONValue, _ status: JSONValue) -> String {
    let className = info["config"]?["connector.class"]?.string ?? ""
    return Table(
      [],
      [
        ["name:", name(info)], ["type:", info["type"]?.string ?? ""], ["class:", className],
        ["state:", status["connector"]?["state"]?.string ?? ""], ["tasks:", tasks(status)],
      ]
    ).text
  }

  /// `2 RUNNING, 1 FAILED`.
  static func tasks(_ status: JSONValue) -> String {
    var counts: [(state: String, count: Int)] = []
    for task in status["tasks"]?.array ?? [] {
      let state = task["state"]?.string ?? ""
      if let index = counts.firstIndex(where: { $0.state == state }) {
        counts[index].count += 1
      } else {
        counts.append((state, 1))
      }
    }
    return counts.isEmpty ? "none" : counts.map { "\($0.count) \($0.state)" }.joined(separator: ", ")
  }

  /// A class without its package.
  static func shortClass(_ name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }

  private static func name(_ value: JSONValue) -> String { value["name"]?.string ?? "" }

  private static func trace(_ state: JSONValue, of what: String) -> String {
    guard let trace = state["trace"]?.string, !trace.isEmpty else { return "" }
    let lines = Printable.lines(trace).map { "  \($0)\n" }.joined()
    return "\n\(Printable.line(what)):\n\(lines)"
  }
}
