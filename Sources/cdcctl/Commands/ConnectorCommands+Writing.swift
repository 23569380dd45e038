internal import JSON

/// Connectors: making, changing, deleting, checking.
extension ConnectorCommands {
  static let writing: [Command] = [
    Command(
      path: ["connector", "create"], summary: "Create a connector; an existing one is an error",
      options: [.file()],
      run: { call throws(Failure) in
        let file = try ConnectorFile.read(call.options["--file"] ?? "")
        return Report("created \(file.name)\n", json: try create(file, call.engine))
      }),
    Command(
      path: ["connector", "apply"], summary: "Create or change connectors from a file, or from a folder's .json files",
      options: [.file("FILE|DIR")],
      run: { call throws(Failure) in try apply(call.options["--file"] ?? "", call.engine) }),
    Command(
      path: ["connector", "delete"], summary: "Delete a connector",
      arguments: .connector,
      run: { call throws(Failure) in
        let name = call.arguments[0]
        try call.engine.json("DELETE", ["connectors", name])
        return Report("deleted \(name)\n", json: ["name": .string(name), "result": "deleted"])
      }),
    Command(
      path: ["connector", "validate"], summary: "Check a configuration key by key without storing it",
      options: [.file()],
      run: { call throws(Failure) in try validate(try ConnectorFile.read(call.options["--file"] ?? ""), call.engine) }
    ),
  ]

  private static func create(_ file: ConnectorFile, _ engine: EngineClient) throws(Failure) -> JSONValue {
    var body: JSONObject = ["name": .string(file.name), "config": .object(file.config)]
    if let state = file.initialState { body["initial_state"] = state }
    return try engine.json("POST", ["connectors"], body: .object(body))
  }

  /// Applies all files, whatever happens to one of them; a failure comes at the end.
  private static func apply(_ path: String, _ engine: EngineClient) throws(Failure) -> Report {
    guard Disk.isFolder(path) else {
      let file = try ConnectorFile.read(path)
      let result = try apply(file, engine)
      return Report("\(result) \(file.name)\n", json: ["name": .string(file.name), "result": .string(result)])
    }
    let paths = try Disk.jsonFiles(in: path).filter { !ConnectorFile.isSomethingElse($0) }
    guard !paths.isEmpty else { throw .failed("file", "\(path) has no .json file with a connector") }
    var (text, results, failures): (String, [JSONValue], [Failure]) = ("", [], [])
    for path in paths {
      do throws(Failure) {
        let file = try ConnectorFile.read(path)
        let result = try apply(file, engine)
        text += "\(result) \(file.name)\n"
        results.append(["file": .string(path), "name": .string(file.name), "result": .string(result)])
      } catch {
        var failure = error
        if failure.status == .unreachable {
          failure.report = Report(text, json: .array(results))
          throw failure
        }
        if !failure.message.contains(path) { failure.message = "\(path): \(failure.message)" }
        failures.append(failure)
        results.append(["file": .string(path), "result": "failed", "message": .string(failure.message)])
      }
    }
    let report = Report(text, json: .array(results))
    guard let first = failures.first else { return report }
    throw .failed(first.code, failures.map(\.message).joined(separator: "\n"), report: report)
  }

  /// `created`, `updated`, or `unchanged` when the engine has exactly this already, so that nothing restarts.
  private static func apply(_ file: ConnectorFile, _ engine: EngineClient) throws(Failure) -> String {
    let path = ["connectors", file.name, "config"]
    let old = try engine.answer("GET", path, accepting: [404])
    if old.status == 404, file.initialState != nil {
      _ = try create(file, engine)
      return "created"
    }
    if old.status == 200, old.json == .object(stored(file)) { return "unchanged" }
    let answer = try engine.answer("PUT", path, body: .object(file.config))
    return answer.status == 201 ? "created" : "updated"
  }

  /// The configuration as the engine keeps it: values as strings, and the name.
  static func stored(_ file: ConnectorFile) -> JSONObject {
    var config = JSONObject()
    for member in file.config.members {
      switch member.value {
      case .number(let digits): config[member.name] = .string(digits)
      case .bool(let flag): config[member.name] = .string(flag ? "true" : "false")
      default: config[member.name] = member.value
      }
    }
    config["name"] = .string(file.name)
    return config
  }

  private static func validate(_ file: ConnectorFile, _ engine: EngineClient) throws(Failure) -> Report {
    guard !file.className.isEmpty else {
      throw .failed("400", "the configuration of \(file.name) has no connector.class")
    }
    var config = file.config
    config["name"] = .string(file.name)
    let checked = try engine.json(
      "PUT", ["connector-plugins", file.className, "config", "validate"], body: .object(config))
    var rows: [[String]] = []
    for entry in checked["configs"]?.array ?? [] {
      for error in entry["value"]?["errors"]?.array ?? [] {
        rows.append([entry["value"]?["name"]?.string ?? "", error.string ?? error.text])
      }
    }
    let count = checked["error_count"]?.int ?? rows.count
    if count == 0 { return Report("\(file.name) is valid\n", json: checked) }
    throw .failed(
      "400", "the configuration of \(file.name) has \(count) error\(count == 1 ? "" : "s")",
      report: Report(Table(["KEY", "ERROR"], rows), json: checked))
  }
}
