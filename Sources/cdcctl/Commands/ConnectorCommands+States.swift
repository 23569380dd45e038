internal import JSON

/// Connectors: starting, stopping and the like.
extension ConnectorCommands {
  static let states: [Command] = [
    state("start", "resume", "RUNNING", "Start a stopped or paused connector"),
    state("resume", "resume", "RUNNING", "Go on with a paused connector"),
    state("pause", "pause", "PAUSED", "Let a connector rest; it keeps its tasks and connections"),
    state("stop", "stop", "STOPPED", "Stop a connector; it gives back its tasks and connections"),
    Command(
      path: ["connector", "restart"], summary: "Restart a connector and its tasks",
      arguments: .connector,
      options: [Command.Option(name: "--only-failed", help: "restart only what has failed")],
      run: { call throws(Failure) in
        let name = call.arguments[0]
        let onlyFailed = call.options["--only-failed"] != nil
        let status = try call.engine.json(
          "POST", ["connectors", name, "restart"], query: "includeTasks=true&onlyFailed=\(onlyFailed)")
        return Report("restarting \(name)\n", json: status)
      }),
  ]

  private static func state(_ verb: String, _ path: String, _ target: String, _ summary: String) -> Command {
    Command(
      path: ["connector", verb], summary: summary, arguments: .connector,
      run: { call throws(Failure) in
        let name = call.arguments[0]
        try call.engine.json("PUT", ["connectors", name, path])
        let past = ["start": "started", "resume": "resumed", "pause": "paused", "stop": "stopped"][verb] ?? verb
        return Report("\(past) \(name)\n", json: ["name": .string(name), "target_state": .string(target)])
      })
  }
}
