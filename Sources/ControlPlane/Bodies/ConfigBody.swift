internal import Engine
internal import JSON

/// Connector configurations in requests, checked as far as no connector class is needed for it.
enum ConfigBody {
  /// What `POST /connectors` asks for.
  struct Creation {
    var name: String
    var config: JSONObject
    var initialState: TargetState
  }

  static func creation(_ request: RESTRequest) throws(ControlError) -> Creation {
    let body = try RequestBody.object(request)
    try RequestBody.refuseOthers(than: ["config", "name", "initial_state"], in: body, at: "")
    // Connect trims the name in a body, not the one in a path.
    let name = try RequestBody.text(body["name"] ?? .null, at: "/name").string.map(trimmed) ?? ""
    let state = try initialState(body["initial_state"] ?? .null)
    guard let value = body["config"], !value.isNull else {
      throw RequestBody.refusal("\"config\" is missing; it is an object with the connector's configuration")
    }
    let config = try RequestBody.stringMap(value, at: "/config")
    return Creation(name: name, config: try complete(config, name: name), initialState: state)
  }

  /// The configuration of `PUT /connectors/{n}/config`.
  static func config(_ request: RESTRequest, name: String) throws(ControlError) -> JSONObject {
    try complete(try RequestBody.stringMap(try RequestBody.json(request), at: ""), name: name)
  }

  /// A configuration with its connector's name, checked: the name, the class, no nulls.
  static func complete(_ config: JSONObject, name: String) throws(ControlError) -> JSONObject {
    var config = config
    if let own = config["name"]?.string, own != name {
      throw ControlError(
        status: 400, message: "Connector name configuration (\(own)) doesn't match connector name in the URL (\(name))")
    }
    config["name"] = .string(name)
    try requireClass(config)
    var problems = config.members.filter(\.value.isNull).map { _ in nullProblem }
    problems.append(contentsOf: nameProblems(name))
    guard problems.isEmpty else { throw .invalidConfiguration(problems) }
    return config
  }

  /// Refuses a configuration without `connector.class`. Connect quotes the whole configuration; here values stay out,
  /// since there may be a password among them.
  @discardableResult
  static func requireClass(_ config: JSONObject) throws(ControlError) -> String {
    if let name = config["connector.class"]?.string { return name }
    let quoted = config.members.map { member in
      let value = member.value.isNull ? "null" : member.name == "name" ? member.value.string ?? "" : "[hidden]"
      return "\(member.name)=\(value)"
    }
    throw ControlError(
      status: 400, message: "Connector config {\(quoted.joined(separator: ", "))} contains no connector type")
  }

  static let nullProblem = "Null value can not be supplied as the configuration value."

  /// What Connect has against a connector's name.
  static func nameProblems(_ name: String) -> [String] {
    if trimmed(name).isEmpty { return ["Invalid value  for configuration name: String may not be empty"] }
    let controls = name.unicodeScalars.filter { $0.value < 0x20 || $0.value == 0x7F }.map { String($0.value) }
    if controls.isEmpty { return [] }
    return [
      "Invalid value \(name) for configuration name: String may not contain control sequences but had the following "
        + "ASCII chars: \(controls.joined(separator: ", "))"
    ]
  }

  private static func initialState(_ value: JSONValue) throws(ControlError) -> TargetState {
    guard let text = try RequestBody.text(value, at: "/initial_state").string else { return .running }
    guard let state = TargetState(rawValue: text.uppercased()) else {
      throw RequestBody.refusal("\"initial_state\" is not one of RUNNING, PAUSED, STOPPED")
    }
    return state
  }

  /// Without spaces and control characters at its ends, as Java trims.
  private static func trimmed(_ text: String) -> String {
    var rest = text.unicodeScalars[...]
    while let first = rest.first, first.value <= 0x20 { rest.removeFirst() }
    while let last = rest.last, last.value <= 0x20 { rest.removeLast() }
    return String(rest)
  }
}
