internal import Engine
internal import JSON

/// Connectors and their configurations.
struct ConnectorRoutes {
  let control: any ConnectorControl

  var routes: [Route] {
    let control = control
    return [
      Route(
        "/connectors",
        [
          .get: { call throws(ControlError) in .json(Self.list(call.query, control)) },
          .post: { call throws(ControlError) in try Self.create(call, control) },
        ]),
      Route(
        "/connectors/{}",
        [
          .get: { call throws(ControlError) in .json(try Self.info(call.name, control).json) },
          .delete: { call throws(ControlError) in
            _ = try Self.info(call.name, control)
            try control.delete(call.name)
            return RESTResponse(status: 204)
          },
        ]),
      Route(
        "/connectors/{}/config",
        [
          .get: { call throws(ControlError) in .json(.object(try Self.info(call.name, control).config)) },
          .put: { call throws(ControlError) in try Self.put(call, control) },
          .patch: { call throws(ControlError) in try Self.patch(call, control) },
        ]),
    ]
  }

  static func info(_ name: String, _ control: any ConnectorControl) throws(ControlError) -> ConnectorInfo {
    guard let info = control.info(name) else { throw .notFound(name) }
    return info
  }

  private static func list(_ query: QueryParameters, _ control: any ConnectorControl) -> JSONValue {
    let names = control.connectorNames()
    let expand = Set(query.all("expand"))
    if expand.isEmpty { return .array(names.map(JSONValue.string)) }
    var all = JSONObject()
    for name in names {
      var one = JSONObject()
      if expand.contains("status"), let status = control.status(name) { one["status"] = status.json }
      if expand.contains("info"), let info = control.info(name) { one["info"] = info.json }
      all[name] = .object(one)
    }
    return .object(all)
  }

  private static func create(_ call: Call, _ control: any ConnectorControl) throws(ControlError) -> RESTResponse {
    let wanted = try ConfigBody.creation(call.request)
    let answer = try control.put(
      wanted.name, config: wanted.config, mustBeNew: true, initialState: wanted.initialState)
    return created(answer.info, call.request)
  }

  private static func put(_ call: Call, _ control: any ConnectorControl) throws(ControlError) -> RESTResponse {
    let config = try ConfigBody.config(call.request, name: call.name)
    let answer = try control.put(call.name, config: config, mustBeNew: false, initialState: .running)
    return answer.created ? created(answer.info, call.request) : .json(answer.info.json)
  }

  private static func patch(_ call: Call, _ control: any ConnectorControl) throws(ControlError) -> RESTResponse {
    let changes = try RequestBody.stringMap(try RequestBody.json(call.request), at: "")
    var config = try info(call.name, control).config
    for change in changes.members { config[change.name] = change.value.isNull ? .none : .some(change.value) }
    if config["name"] == nil {
      throw .invalidConfiguration(["Missing required configuration \"name\" which has no default value."])
    }
    _ = try ConfigBody.complete(config, name: call.name)
    return .json(try control.patch(call.name, changes: changes).json)
  }

  /// 201 with the connector's address.
  private static func created(_ info: ConnectorInfo, _ request: RESTRequest) -> RESTResponse {
    var answer = RESTResponse.json(info.json, status: 201)
    let path = "/connectors/" + PercentEncoding.encodeSegment(info.name)
    answer.headers.append(("Location", request.header("host").map { "http://\($0)\(path)" } ?? path))
    return answer
  }
}
