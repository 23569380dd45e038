internal import JSON

/// Connectors: what there is, and how it is.
enum ConnectorCommands {
  static let reading: [Command] = [
    Command(
      path: ["connector", "list"], summary: "List all connectors with their states",
      run: { call throws(Failure) in
        let all = try all(call.engine)
        return Report(overview(all), json: .array(all.map(\.json)))
      }),
    Command(
      path: ["connector", "show"], summary: "Show a connector: its class, states, tasks and configuration",
      arguments: .connector,
      run: { call throws(Failure) in
        let info = try call.engine.json("GET", ["connectors", call.arguments[0]])
        let status = try call.engine.json("GET", ["connectors", call.arguments[0], "status"])
        return Report(StatusText.head(info, status) + "\n" + configTable(info["config"]).text, json: info)
      }),
    Command(
      path: ["connector", "config"], summary: "Show a connector's configuration as it was put",
      arguments: .connector,
      run: { call throws(Failure) in
        let config = try call.engine.json("GET", ["connectors", call.arguments[0], "config"])
        return Report(configTable(config), json: config)
      }),
    Command(
      path: ["connector", "status"], summary: "Show states and errors of a connector and its tasks, or of all",
      arguments: [Command.Argument(name: "NAME", isRequired: false)],
      run: { call throws(Failure) in
        guard let name = call.arguments.first else {
          let all = try all(call.engine)
          let health = health(call.engine)
          let texts = all.map { StatusText.text($0.status, health: health?[$0.name]) }
          return Report(
            all.isEmpty ? "no connectors\n" : texts.joined(separator: "\n"), json: .array(all.map(\.status)))
        }
        let status = try call.engine.json("GET", ["connectors", name, "status"])
        return Report(StatusText.text(status, health: health(call.engine)?[name]), json: status)
      }),
    Command(
      path: ["connector", "offsets"], summary: "Show how far a connector has come",
      arguments: .connector,
      run: { call throws(Failure) in
        let answer = try call.engine.json("GET", ["connectors", call.arguments[0], "offsets"])
        let rows = (answer["offsets"]?.array ?? []).map { entry in
          [pairs(entry["partition"]), pairs(entry["offset"])]
        }
        return Report(Table(["PARTITION", "OFFSET"], rows, empty: "no offsets stored"), json: answer)
      }),
  ]

  /// A connector in a list.
  private struct Entry {
    var name: String
    var info: JSONValue
    var status: JSONValue

    var json: JSONValue {
      [
        "name": .string(name), "type": status["type"] ?? .null,
        "class": info["config"]?["connector.class"] ?? .null, "state": status["connector"]?["state"] ?? .null,
        "tasks": .array((status["tasks"]?.array ?? []).compactMap { $0["state"] }),
      ]
    }
  }

  private static func all(_ engine: EngineClient) throws(Failure) -> [Entry] {
    let answer = try engine.json("GET", ["connectors"], query: "expand=info&expand=status")
    return (answer.object?.members ?? []).sorted { $0.name < $1.name }.map {
      Entry(name: $0.name, info: $0.value["info"] ?? .null, status: $0.value["status"] ?? .null)
    }
  }

  /// What health says of each connector; nil if the engine has no such list.
  private static func health(_ engine: EngineClient) -> JSONValue? {
    (try? engine.answer("GET", ["health"], accepting: [503]))?.json["connectors"]
  }

  private static func overview(_ all: [Entry]) -> Table {
    let rows = all.map { entry in
      [
        entry.name, entry.status["type"]?.string ?? "", entry.status["connector"]?["state"]?.string ?? "",
        StatusText.tasks(entry.status), StatusText.shortClass(entry.info["config"]?["connector.class"]?.string ?? ""),
      ]
    }
    return Table(["NAME", "TYPE", "STATE", "TASKS", "CLASS"], rows, empty: "no connectors")
  }

  private static func configTable(_ config: JSONValue?) -> Table {
    let members = (config?.object?.members ?? []).sorted { $0.name < $1.name }
    return Table(["KEY", "VALUE"], members.map { [$0.name, $0.value.string ?? $0.value.text] })
  }

  /// `server=crm, db=1`.
  private static func pairs(_ value: JSONValue?) -> String {
    guard case .object(let object)? = value else { return value?.text ?? "" }
    return object.members.map { "\($0.name)=\($0.value.string ?? $0.value.text)" }.joined(separator: ", ")
  }
}
