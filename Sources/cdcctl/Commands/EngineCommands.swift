internal import JSON

/// Commands about the engine itself.
enum EngineCommands {
  static let all: [Command] = [
    Command(words: ["health"], help: "shows the engine's health") { call throws(Failure) in
      let health = try call.engine.call("GET", "/health")
      call.output.show(health) { health.prettyText }
    }
  ]
}
