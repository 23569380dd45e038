internal import Avro
internal import JSON

extension EmbeddedRegistry {
  func schemas(_ request: RegistryRequest, _ path: [String]) throws(RegistryRefusal) -> JSONValue {
    guard request.method == "GET" else { throw .method }
    if path == ["types"] { return ["AVRO"] }
    if path.isEmpty {
      return .array(
        state.names(includingDeleted: false).flatMap { name in state.versions(name).map { describe(name, $0) } })
    }
    guard path.count >= 2, path[0] == "ids" else { throw RegistryRefusal(404, "HTTP 404 Not Found") }
    guard let id = Int32(path[1]), let text = state.texts[id] else {
      throw RegistryRefusal(40403, "Schema \(path[1]) not found")
    }
    switch path.count > 2 ? path[2] : "" {
    case "":
      var answer: JSONObject = ["schema": .string(text)]
      if request.flag("fetchMaxId") { answer["maxId"] = .integer(state.nextID - 1) }
      return .object(answer)
    case "schema": return (try? JSONValue(parsing: text)) ?? .null
    case "subjects": return .array(uses(of: id).map { .string($0.subject) })
    case "versions":
      return .array(uses(of: id).map { ["subject": .string($0.subject), "version": .integer($0.version)] })
    default: throw RegistryRefusal(404, "HTTP 404 Not Found")
    }
  }

  private func uses(of id: Int32) -> [(subject: String, version: Int)] {
    state.names(includingDeleted: false).flatMap { name in
      state.versions(name).filter { $0.id == id }.map { (name, $0.number) }
    }
  }

  func compatibility(_ request: RegistryRequest, _ path: [String]) throws(RegistryRefusal) -> JSONValue {
    guard path.count >= 3, path[0] == "subjects", path[2] == "versions" else {
      throw RegistryRefusal(404, "HTTP 404 Not Found")
    }
    guard request.method == "POST" else { throw .method }
    let (candidate, _) = try schema(in: request)
    let subject = path[1]
    let against =
      path.count > 3
      ? (path[3] == "latest" && state.versions(subject).isEmpty ? [] : [try version(subject, path[3])])
      : state.versions(subject)
    let earlier = against.compactMap { state.texts[$0.id] }.compactMap { try? Schema(parsing: $0) }
    let problems = state.level(subject).problems(of: candidate, after: earlier)
    var answer: JSONObject = ["is_compatible": .bool(problems.isEmpty)]
    if request.flag("verbose") { answer["messages"] = .array(problems.map { .string($0) }) }
    return .object(answer)
  }

  func config(_ request: RegistryRequest, subject: String) throws(RegistryRefusal) -> JSONValue {
    switch request.method {
    case "GET":
      let level = request.flag("defaultToGlobal") ? state.level(subject) : state.levels[subject]
      guard let level else {
        throw RegistryRefusal(40408, "Subject '\(subject)' does not have subject-level compatibility configured")
      }
      return ["compatibilityLevel": .string(level.rawValue)]
    case "PUT":
      let text = request.body["compatibility"]?.string ?? ""
      guard let level = CompatibilityLevel(rawValue: text.uppercased()) else {
        throw RegistryRefusal(
          42203,
          "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, "
            + "forward_transitive, and full_transitive")
      }
      try store(["kind": "level", "subject": .string(subject), "level": .string(level.rawValue)])
      return ["compatibility": .string(level.rawValue)]
    case "DELETE":
      let level = state.level(subject)
      try store(["kind": "level", "subject": .string(subject), "level": subject.isEmpty ? "BACKWARD" : .null])
      return ["compatibilityLevel": .string(level.rawValue)]
    default: throw .method
    }
  }

  func mode(_ request: RegistryRequest, subject: String) throws(RegistryRefusal) -> JSONValue {
    let current = state.modes[subject] ?? state.modes[""] ?? "READWRITE"
    switch request.method {
    case "GET": return ["mode": .string(current)]
    case "PUT":
      let mode = request.body["mode"]?.string ?? ""
      guard ["READWRITE", "READONLY"].contains(mode) else {
        throw RegistryRefusal(42204, "Invalid mode. Valid values are READWRITE, READONLY")
      }
      try store(["kind": "mode", "subject": .string(subject), "mode": .string(mode)])
      return ["mode": .string(mode)]
    case "DELETE":
      try store(["kind": "mode", "subject": .string(subject), "mode": subject.isEmpty ? "READWRITE" : .null])
      return ["mode": .string(current)]
    default: throw .method
    }
  }
}
