internal import JSON

/// The engine itself.
enum EngineCommands {
  static let all: [Command] = [
    Command(
      path: ["health"], summary: "Show whether the engine is well; exit status 1 if it is not",
      run: { call throws(Failure) in try health(call.engine) }),
    Command(
      path: ["version"], summary: "Show the versions of cdcctl and of the engine",
      run: { call throws(Failure) in try version(call.engine) }),
  ]

  private static func health(_ engine: EngineClient) throws(Failure) -> Report {
    let (status, body) = try engine.answer("GET", ["health"], accepting: [503])
    let report = Report(HealthText.text(body), json: body)
    if status == 200 { return report }
    throw .failed(String(status), "the engine is \(body["status"]?.string ?? "not healthy")", report: report)
  }

  private static func version(_ engine: EngineClient) throws(Failure) -> Report {
    let own: JSONValue = ["version": .string(Version.current)]
    let ownRow = ["cdcctl", Version.current]
    do throws(Failure) {
      let answer = try engine.json("GET", [])
      let health = try engine.answer("GET", ["health"], accepting: [503]).json
      let version = health["version"] ?? .null
      let rows = [
        ["cdcd", "\(version.string ?? "unknown") (\(answer["commit"]?.string ?? ""))"],
        ["Kafka Connect interface", answer["version"]?.string ?? "unknown"],
        ["Kafka cluster", answer["kafka_cluster_id"]?.string ?? "unknown"],
      ]
      let known: JSONValue = [
        "version": version, "commit": answer["commit"] ?? .null, "connect_version": answer["version"] ?? .null,
        "kafka_cluster_id": answer["kafka_cluster_id"] ?? .null,
      ]
      return Report(Table([], [ownRow] + rows), json: ["client": own, "engine": known])
    } catch {
      // Our own version is worth showing all the same.
      var failure = error
      failure.report = Report(Table([], [ownRow]), json: ["client": own, "engine": .null])
      throw failure
    }
  }
}
