internal import JSON

/// Commands about connectors' states and offsets.
enum ConnectorStateCommands {
  static let all: [Command] = [
    change("start", "starts a stopped or paused connector", "PUT", "resume", "is starting"),
    change("stop", "stops a connector: it has no tasks and no connections then", "PUT", "stop", "is stopping"),
    change("pause", "pauses a connector: it keeps everything and does nothing", "PUT", "pause", "is pausing"),
    change("resume", "resumes a paused or stopped connector", "PUT", "resume", "is resuming"),
    change("restart", "restarts a connector and its tasks", "POST", "restart?includeTasks=true", "is restarting"),
    Command(
      words: ["connector", "status"], help: "shows states, lag and errors", arguments: ["[NAME]"], action: status),
    Command(words: ["connector", "offsets"], help: "shows a connector's stored offsets", arguments: ["NAME"]) {
      call throws(Failure) in
      let answer = try call.engine.call("GET", ConnectorCommands.path(call.name) + "/offsets")
      call.output.show(answer) {
        Output.table(
          ["partition", "offset"],
          (answer["offsets"]?.array ?? []).map { [$0["partition"]?.text ?? "", $0["offset"]?.text ?? ""] })
      }
    },
  ]

  private static func change(_ word: String, _ help: String, _ method: String, _ path: String, _ done: String)
    -> Command
  {
    Command(words: ["connector", word], help: help, arguments: ["NAME"]) { call throws(Failure) in
      try call.engine.call(method, "\(ConnectorCommands.path(call.name))/\(path)")
      call.output.done("connector \(call.name) \(done)", ["name": .string(call.name), "requested": .string(word)])
    }
  }

  private static func status(_ call: Invocation) throws(Failure) {
    guard let name = call.argument(0) else {
      let connectors = try call.engine.call("GET", "/connectors?expand=status&expand=info")
      let health = try? call.engine.call("GET", "/health")
      return call.output.show(connectors) { ConnectorTable.text(connectors, health: health) }
    }
    let status = try call.engine.call("GET", ConnectorCommands.path(name) + "/status")
    let health = try? call.engine.call("GET", "/health")
    call.output.show(status) { ConnectorTable.details(status, health?["connectors"]?[name]) }
  }
}

/// Connectors as tables.
enum ConnectorTable {
  /// A row per connector.
  static func text(_ connectors: JSONValue, health: JSONValue? = nil) -> String {
    let rows = (connectors.object?.members ?? []).map { connector -> [String] in
      let status = connector.value["status"]
      let tasks = status?["tasks"]?.array ?? []
      let running = tasks.filter { $0["state"] == "RUNNING" }.count
      let entry = health?["connectors"]?[connector.name]
      let state = entry?["state"]?.string ?? status?["connector"]?["state"]?.string ?? "?"
      return [
        connector.name, status?["type"]?.string ?? "?", state, "\(running)/\(tasks.count)", lag(entry),
        connector.value["info"]?["config"]?["connector.class"]?.string.map(shortClass) ?? "?",
      ]
    }
    return Output.table(["name", "type", "state", "tasks", "lag", "class"], rows)
  }

  /// One connector with its tasks and its errors.
  static func details(_ status: JSONValue, _ health: JSONValue?) -> String {
    var lines = [
      "\(status["name"]?.string ?? "?"): \(health?["state"]?.string ?? status["connector"]?["state"]?.string ?? "?")"
    ]
    if let trace = status["connector"]?["trace"]?.string { lines.append("  \(trace)") }
    for task in status["tasks"]?.array ?? [] {
      lines.append("  task \(task["id"]?.int ?? 0): \(task["state"]?.string ?? "?")")
      if let trace = task["trace"]?.string { lines.append("    \(trace)") }
    }
    if let health {
      if lag(health) != "-" { lines.append("  lag: \(lag(health))") }
      if let message = health["last_error"]?["message"]?.string { lines.append("  last error: \(message)") }
      for notice in health["notices"]?.array ?? [] { lines.append("  notice: \(notice.string ?? "")") }
    }
    return lines.joined(separator: "\n")
  }

  private static func lag(_ entry: JSONValue?) -> String {
    if let records = entry?["lag_records"]?.int { return "\(records) records" }
    guard let bytes = entry?["lag_bytes"]?.int else { return "-" }
    return "\(bytes) B, \(entry?["lag_seconds"]?.text ?? "0") s"
  }

  private static func shortClass(_ name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }
}
