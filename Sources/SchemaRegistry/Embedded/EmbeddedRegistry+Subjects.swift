internal import Avro
internal import JSON

extension EmbeddedRegistry {
  func subjects(_ request: RegistryRequest, _ path: [String]) throws(RegistryRefusal) -> JSONValue {
    let withDeleted = request.flag("deleted")
    switch (path.count, request.method) {
    case (0, "GET"): return .array(state.names(includingDeleted: withDeleted).map { .string($0) })
    case (1, "POST"): return try lookUp(request, path[0])
    case (1, "DELETE"): return try deleteSubject(request, path[0])
    case (2, "GET") where path[1] == "versions":
      let versions = state.versions(path[0], includingDeleted: withDeleted)
      guard !versions.isEmpty else { throw .subject(path[0]) }
      return .array(versions.map { .integer($0.number) })
    case (2, "POST") where path[1] == "versions": return try register(request, path[0])
    case (3, "GET") where path[1] == "versions":
      return describe(path[0], try version(path[0], path[2], includingDeleted: withDeleted))
    case (3, "DELETE") where path[1] == "versions": return try deleteVersion(request, path[0], path[2])
    case (4, "GET") where path[3] == "schema":
      let found = try version(path[0], path[2], includingDeleted: withDeleted)
      return (try? JSONValue(parsing: state.texts[found.id] ?? "")) ?? .null
    case (4, "GET") where path[3] == "referencedby": return []
    default: throw path.count > 4 ? RegistryRefusal(404, "HTTP 404 Not Found") : .method
    }
  }

  /// One version by its number or `latest`.
  func version(_ subject: String, _ text: String, includingDeleted: Bool = false) throws(RegistryRefusal)
    -> RegistryState.Version
  {
    let versions = state.versions(subject, includingDeleted: includingDeleted)
    guard let latest = versions.last else { throw .subject(subject) }
    if text == "latest" || text == "-1" { return latest }
    guard let number = Int(text), number > 0 else {
      throw RegistryRefusal(
        42202,
        "The specified version '\(text)' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""
      )
    }
    guard let found = versions.first(where: { $0.number == number }) else { throw .version(text) }
    return found
  }

  func describe(_ subject: String, _ version: RegistryState.Version) -> JSONValue {
    [
      "subject": .string(subject), "version": .integer(version.number), "id": .integer(version.id),
      "schema": .string(state.texts[version.id] ?? ""),
    ]
  }

  /// The schema of a request's body, and its text in one form, so that the same schema gets the same id.
  func schema(in request: RegistryRequest) throws(RegistryRefusal) -> (schema: Schema, text: String) {
    if let type = request.body["schemaType"]?.string, type != "AVRO" {
      throw RegistryRefusal(42201, "Invalid schema of type \(type): this registry holds AVRO only")
    }
    guard request.body["references"]?.array?.isEmpty ?? true else {
      throw RegistryRefusal(42201, "Invalid schema: this registry has no references")
    }
    guard let text = request.body["schema"]?.string else { throw RegistryRefusal(42201, "Empty schema") }
    do throws(AvroError) {
      let schema = try Schema(parsing: text)
      return (schema, schema.json.text)
    } catch {
      throw RegistryRefusal(42201, "Invalid schema: \(error.description)")
    }
  }

  private func register(_ request: RegistryRequest, _ subject: String) throws(RegistryRefusal) -> JSONValue {
    let mode = state.modes[subject] ?? state.modes[""] ?? "READWRITE"
    guard mode == "READWRITE" else { throw RegistryRefusal(42205, "Subject \(subject) is in \(mode) mode") }
    let (schema, text) = try schema(in: request)
    let versions = state.versions(subject)
    if let id = state.id(of: text), versions.contains(where: { $0.id == id }) { return ["id": .integer(id)] }
    let earlier = versions.compactMap { state.texts[$0.id] }.compactMap { try? Schema(parsing: $0) }
    let problems = state.level(subject).problems(of: schema, after: earlier)
    guard problems.isEmpty else {
      throw RegistryRefusal(
        409,
        "Schema being registered is incompatible with an earlier schema for subject \"\(subject)\", details: ["
          + problems.joined(separator: ", ") + "]")
    }
    let id = state.id(of: text) ?? state.nextID
    let number = (state.versions(subject, includingDeleted: true).map(\.number).max() ?? 0) + 1
    try store([
      "kind": "schema", "subject": .string(subject), "version": .integer(number), "id": .integer(id),
      "schema": .string(text),
    ])
    return ["id": .integer(id)]
  }

  private func lookUp(_ request: RegistryRequest, _ subject: String) throws(RegistryRefusal) -> JSONValue {
    let versions = state.versions(subject, includingDeleted: request.flag("deleted"))
    guard !versions.isEmpty else { throw .subject(subject) }
    let (_, text) = try schema(in: request)
    guard let id = state.id(of: text), let found = versions.last(where: { $0.id == id }) else { throw .schema }
    return describe(subject, found)
  }

  private func deleteSubject(_ request: RegistryRequest, _ subject: String) throws(RegistryRefusal) -> JSONValue {
    let isPermanent = request.flag("permanent")
    let versions = state.versions(subject, includingDeleted: isPermanent)
    guard !versions.isEmpty else { throw .subject(subject) }
    if isPermanent, versions.contains(where: { !$0.isDeleted }) {
      throw RegistryRefusal(40405, "Subject '\(subject)' was not deleted first before being permanently deleted")
    }
    try store(["kind": "delete", "subject": .string(subject), "permanent": .bool(isPermanent)])
    return .array(versions.map { .integer($0.number) })
  }

  private func deleteVersion(_ request: RegistryRequest, _ subject: String, _ text: String) throws(RegistryRefusal)
    -> JSONValue
  {
    let isPermanent = request.flag("permanent")
    let found = try version(subject, text, includingDeleted: isPermanent)
    if isPermanent, !found.isDeleted {
      throw RegistryRefusal(
        40407, "Subject '\(subject)' Version \(found.number) was not deleted first before being permanently deleted")
    }
    try store([
      "kind": "delete", "subject": .string(subject), "version": .integer(found.number), "permanent": .bool(isPermanent),
    ])
    return .integer(found.number)
  }
}
