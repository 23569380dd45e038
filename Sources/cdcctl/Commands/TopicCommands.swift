internal import JSON

/// Kafka's topics and what is in them.
enum TopicCommands {
  static let all: [Command] = [
    Command(
      path: ["topic", "list"], summary: "List Kafka's topics",
      run: { call throws(Failure) in
        let topics = try call.engine.json("GET", ["topics"])
        let rows = (topics.array ?? []).map { topic in
          [topic["name"]?.string ?? "", topic["partitions"]?.text ?? "", topic["replication"]?.text ?? ""]
        }
        return Report(Table(["NAME", "PARTITIONS", "REPLICATION"], rows, empty: "no topics"), json: topics)
      }),
    Command(
      path: ["topic", "apply"], summary: "Create and change topics as a file wants them",
      options: [
        Command.Option(name: "--file", short: "-f", value: "FILE", isRequired: true, help: "the topics (YAML)"),
        Command.Option(name: "--dry-run", help: "only show what would be done"),
      ],
      run: { call throws(Failure) in try apply(call) }),
    Command(
      path: ["tail"], summary: "Print a topic's events as JSON lines, decoded, as they come",
      arguments: [Command.Argument(name: "TOPIC")],
      options: [
        Command.Option(
          name: "--from", value: "WHERE", choices: ["beginning", "end"], help: "where to begin (default end)"),
        Command.Option(name: "--count", short: "-n", value: "N", help: "stop after N events"),
      ],
      run: { call throws(Failure) in try tail(call) }),
  ]

  /// Prints the plan: `+` new, `~` changed, `!` what is left as it is.
  private static func apply(_ call: Invocation) throws(Failure) -> Report {
    let file = try Disk.read(call.options["--file"] ?? "")
    let isDry = call.options["--dry-run"] != nil
    let answer = try call.engine.answer(
      "POST", ["topics", "apply"], query: "dry_run=\(isDry)", text: file
    ).json
    let steps = answer["steps"]?.array ?? []
    var lines = steps.flatMap { step in
      var lines = ["\(step["sign"]?.string ?? "") \(step["topic"]?.string ?? ""): \(step["text"]?.string ?? "")"]
      if let warning = step["warning"]?.string { lines.append("  warning: \(warning)") }
      return lines
    }
    if steps.isEmpty { lines.append("nothing to do: all topics are as the file wants them") }
    if isDry, !steps.isEmpty { lines.append("nothing was changed (--dry-run)") }
    return Report(lines.joined(separator: "\n") + "\n", json: answer)
  }

  private static func tail(_ call: Invocation) throws(Failure) -> Report {
    var query = "from=\(call.options["--from"] ?? "end")&follow=true"
    if let text = call.options["--count"] {
      guard let count = Int(text), count > 0 else {
        throw .usage("-n must be a whole number above 0, not '\(text)'", nil)
      }
      query += "&limit=\(count)"
    }
    var failure: Failure?
    try call.engine.lines(["topics", call.arguments[0], "records"], query: query) { line in
      failure = error(in: line)
      return failure == nil && call.printLine(line)
    }
    if let failure { throw failure }
    return .nothing
  }

  /// The engine's error if a line is one: it comes last, when records were sent already.
  private static func error(in line: [UInt8]) -> Failure? {
    guard line.starts(with: Array(#"{"error_code":"#.utf8)), let body = try? JSONValue(parsing: line),
      body.object?.names == ["error_code", "message"]
    else { return nil }
    return .failed(body["error_code"]?.text ?? "500", body["message"]?.string ?? "the engine failed")
  }
}
