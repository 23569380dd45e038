internal import JSON

/// Commands about connectors' configurations.
enum ConnectorCommands {
  static let file = Command.Option(
    name: "--file", short: "-f", value: "FILE", help: "the connector's configuration, JSON; - is standard input",
    isRequired: true)

  static let all: [Command] = [
    Command(words: ["connector", "list"], help: "lists the connectors") { call throws(Failure) in
      let connectors = try call.engine.call("GET", "/connectors?expand=status&expand=info")
      call.output.show(connectors) { ConnectorTable.text(connectors) }
    },
    Command(words: ["connector", "create"], help: "creates a connector", options: [file]) { call throws(Failure) in
      let file = try ConnectorFile(path: call.options["--file"] ?? "")
      let info = try call.engine.call(
        "POST", "/connectors", ["name": .string(file.name), "config": .object(file.config)])
      call.output.done("connector \(file.name) created", info)
    },
    Command(
      words: ["connector", "apply"], help: "creates or changes connectors, so that they are as the files say",
      options: [
        Command.Option(
          name: "--file", short: "-f", value: "FILE|DIR", help: "a configuration, or a folder of them", isRequired: true
        )
      ], action: apply),
    Command(words: ["connector", "show"], help: "shows a connector", arguments: ["NAME"]) { call throws(Failure) in
      let info = try call.engine.call("GET", path(call.name))
      call.output.show(info) { info.prettyText }
    },
    Command(words: ["connector", "config"], help: "shows a connector's configuration", arguments: ["NAME"]) {
      call throws(Failure) in
      let config = try call.engine.call("GET", path(call.name) + "/config")
      call.output.show(config) { config.prettyText }
    },
    Command(words: ["connector", "delete"], help: "deletes a connector", arguments: ["NAME"]) { call throws(Failure) in
      try call.engine.call("DELETE", path(call.name))
      call.output.done("connector \(call.name) deleted", ["name": .string(call.name), "deleted": true])
    },
    Command(
      words: ["connector", "validate"], help: "checks a configuration without creating anything", options: [file],
      action: validate),
  ]

  static func path(_ name: String) -> String { "/connectors/\(EngineClient.escape(name))" }

  private static func apply(_ call: Invocation) throws(Failure) {
    var results: [JSONValue] = []
    var lines: [String] = []
    for file in try ConnectorFile.all(at: call.options["--file"] ?? "") {
      var wanted = file.config
      wanted["name"] = .string(file.name)
      let verdict = try applyOne(file.name, wanted, call.engine)
      lines.append("connector \(file.name) \(verdict)")
      results.append(["name": .string(file.name), "result": .string(verdict)])
    }
    call.output.show(.array(results)) { lines.joined(separator: "\n") }
  }

  private static func applyOne(_ name: String, _ wanted: JSONObject, _ engine: EngineClient) throws(Failure) -> String {
    var current: JSONValue?
    do throws(Failure) { current = try engine.call("GET", path(name) + "/config") } catch {
      guard error.status == .notFound else { throw error }
    }
    if current?.object == strings(wanted) { return "unchanged" }
    try engine.call("PUT", path(name) + "/config", .object(wanted))
    return current == nil ? "created" : "changed"
  }

  /// Values as the engine keeps them.
  private static func strings(_ config: JSONObject) -> JSONObject {
    JSONObject(
      config.members.map { member in
        switch member.value {
        case .number(let text): .init(member.name, .string(text))
        case .bool(let value): .init(member.name, .string(value ? "true" : "false"))
        default: member
        }
      })
  }

  private static func validate(_ call: Invocation) throws(Failure) {
    let file = try ConnectorFile(path: call.options["--file"] ?? "")
    let className = file.config["connector.class"]?.string ?? ""
    var config = file.config
    config["name"] = .string(file.name)
    let answer = try call.engine.call(
      "PUT", "/connector-plugins/\(EngineClient.escape(className))/config/validate", .object(config))
    let problems = (answer["configs"]?.array ?? []).flatMap { key in
      (key["value"]?["errors"]?.array ?? []).compactMap(\.string).map { (key["value"]?["name"]?.string ?? "", $0) }
    }
    call.output.show(answer) {
      problems.isEmpty
        ? "\(file.name) is valid" : problems.map { "\($0.0): \($0.1)" }.joined(separator: "\n")
    }
    if !problems.isEmpty {
      throw .failed("\(file.name) has \(problems.count) \(problems.count == 1 ? "problem" : "problems")")
    }
  }
}
