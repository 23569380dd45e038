internal import JSON

/// Dead letters: why records failed, mending them, sending them through again.
enum DeadLetterCommands {
  private static let topic = [Command.Argument(name: "DLQ")]
  private static let choice = [
    Command.Option(name: "--fingerprint", value: "F", help: "those of one cause"),
    Command.Option(name: "--partition", value: "P", help: "with --offset: the one at this place of the DLQ topic"),
    Command.Option(name: "--offset", value: "O", help: "with --partition: the one at this place of the DLQ topic"),
  ]

  static let all: [Command] = [
    Command(
      path: ["dlq", "list"], summary: "List dead letters by topic and cause",
      options: [
        Command.Option(name: "--topic", value: "DLQ", help: "those of one DLQ topic"),
        Command.Option(name: "--connector", value: "NAME", help: "those of one connector"),
        Command.Option(name: "--all", help: "also what was replayed or discarded"),
      ],
      run: { call throws(Failure) in try list(call) }),
    Command(
      path: ["dlq", "show"], summary: "Show dead letters decoded, with reason and origin", arguments: topic,
      options: choice + [
        Command.Option(name: "--count", short: "-n", value: "N", help: "at most N (default 10)")
      ],
      run: { call throws(Failure) in try show(call) }),
    Command(
      path: ["dlq", "replay"], summary: "Send dead letters through again, each at most once", arguments: topic,
      options: choice + [
        Command.Option(
          name: "--set", value: "POINTER=JSON", repeats: true, help: "change a place of the value that show prints"),
        Command.Option(name: "--drop", value: "POINTER", repeats: true, help: "take a place out of the value"),
        Command.Option(
          name: "--to", value: "WHERE", choices: ["topic", "sink"],
          help: "the original topic, or only the connector that failed (default: sink for a sink's)"),
        Command.Option(name: "--rate", value: "N", help: "at most N per second"),
        Command.Option(name: "--dry-run", help: "only try whether it can be done"),
      ],
      run: { call throws(Failure) in try replay(call) }),
    Command(
      path: ["dlq", "discard"], summary: "Settle dead letters without a replay", arguments: topic,
      options: choice + [
        Command.Option(name: "--reason", value: "TEXT", isRequired: true, help: "why, for those who look later")
      ],
      run: { call throws(Failure) in try discard(call) }),
  ]

  private static func list(_ call: Invocation) throws(Failure) -> Report {
    let all = call.options["--all"] != nil
    var query = all ? ["all=true"] : []
    if let topic = call.options["--topic"] { query.append("topic=" + EngineClient.encoded(topic)) }
    if let name = call.options["--connector"] { query.append("connector=" + EngineClient.encoded(name)) }
    let groups = try call.engine.json("GET", ["dlq"], query: query.joined(separator: "&"))
    return Report(DeadLetterText.table(groups, all: all), json: groups)
  }

  private static func show(_ call: Invocation) throws(Failure) -> Report {
    var query = try choice(call).members.map { member in
      "\(member.name)=" + EngineClient.encoded(member.value.string ?? member.value.text)
    }
    query.append("limit=\(try number(call, "--count") ?? 10)")
    let letters = try call.engine.json(
      "GET", ["dlq", call.arguments[0], "records"], query: query.joined(separator: "&"))
    return Report(DeadLetterText.letters(letters), json: letters)
  }

  private static func replay(_ call: Invocation) throws(Failure) -> Report {
    var body = try choice(call)
    var sets: [JSONObject.Member] = []
    for text in call.repeated["--set"] ?? [] { sets.append(try set(text)) }
    if !sets.isEmpty { body["set"] = .object(JSONObject(sets)) }
    if let drops = call.repeated["--drop"] { body["drop"] = .array(drops.map { .string($0) }) }
    if let destination = call.options["--to"] { body["to"] = .string(destination) }
    if let rate = try number(call, "--rate") { body["rate"] = .integer(rate) }
    let isDry = call.options["--dry-run"] != nil
    if isDry { body["dry_run"] = true }
    let answer = try call.engine.slow("POST", ["dlq", call.arguments[0], "replay"], body: .object(body))
    return try report(answer, isDry ? "would be replayed" : "replayed", answer["replayed"]?.int ?? 0)
  }

  private static func discard(_ call: Invocation) throws(Failure) -> Report {
    var body = try choice(call)
    guard !body.isEmpty else {
      throw .usage("say which: --fingerprint F, or --partition P with --offset O", nil)
    }
    body["reason"] = .string(call.options["--reason"] ?? "")
    let answer = try call.engine.slow("POST", ["dlq", call.arguments[0], "discard"], body: .object(body))
    return try report(answer, "discarded", answer["discarded"]?.int ?? 0)
  }

  /// What was done; a failure where some could not be settled.
  private static func report(_ answer: JSONValue, _ verb: String, _ done: Int) throws(Failure) -> Report {
    let (matched, failed) = (answer["matched"]?.int ?? 0, answer["failed"]?.int ?? 0)
    var lines = ["matched \(matched), \(verb) \(done), failed \(failed)"]
    lines += (answer["warnings"]?.array ?? []).map { "warning: \($0.string ?? "")" }
    let report = Report(lines.joined(separator: "\n") + "\n", json: answer)
    guard failed > 0 else { return report }
    let errors = answer["errors"]?.array ?? []
    let reasons = errors.map { "\($0["message"]?.string ?? "") (\($0["count"]?.text ?? "1"))" }
    throw .failed(
      errors.first?["code"]?.string ?? "failed", reasons.isEmpty ? "\(failed) failed" : reasons.joined(separator: "\n"),
      report: report)
  }

  private static func choice(_ call: Invocation) throws(Failure) -> JSONObject {
    var choice = JSONObject()
    if let fingerprint = call.options["--fingerprint"] { choice["fingerprint"] = .string(fingerprint) }
    let (partition, offset) = (try number(call, "--partition"), try number(call, "--offset"))
    guard (partition == nil) == (offset == nil) else { throw .usage("--partition and --offset belong together", nil) }
    choice["partition"] = partition.map { .integer($0) }
    choice["offset"] = offset.map { .integer($0) }
    return choice
  }

  private static func set(_ text: String) throws(Failure) -> JSONObject.Member {
    guard text.hasPrefix("/"), let sign = text.firstIndex(of: "=") else {
      throw .usage("--set needs POINTER=JSON, as --set '/after/email=\"a@b.c\"'", nil)
    }
    let value = String(text[text.index(after: sign)...])
    guard let json = try? JSONValue(parsing: value) else {
      throw .usage("the value of --set is no JSON: a text stands in quotes, as '/after/email=\"a@b.c\"'", nil)
    }
    return JSONObject.Member(String(text[..<sign]), json)
  }

  private static func number(_ call: Invocation, _ option: String) throws(Failure) -> Int? {
    guard let text = call.options[option] else { return nil }
    let least = option == "--partition" || option == "--offset" ? 0 : 1
    guard let number = Int(text), number >= least else {
      throw .usage("\(option) must be a whole number of \(least) or more, not '\(text)'", nil)
    }
    return number
  }
}
