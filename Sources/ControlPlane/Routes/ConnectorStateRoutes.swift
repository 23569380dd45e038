internal import Engine
internal import JSON

/// What connectors and tasks do, and what they are told to do.
struct ConnectorStateRoutes {
  let control: any ConnectorControl

  var routes: [Route] {
    let control = control
    return [
      Route("/connectors/{}/status", [.get: { call throws(ControlError) in try Self.status(call.name, control) }]),
      target("pause", .paused, status: 202),
      target("resume", .running, status: 202),
      target("stop", .stopped, status: 204),
      Route("/connectors/{}/restart", [.post: { call throws(ControlError) in try Self.restart(call, control) }]),
      Route(
        "/connectors/{}/tasks",
        [
          .get: { call throws(ControlError) in .json(try Self.tasks(call.name, control)) },
          .post: { _ throws(ControlError) in throw Self.unsigned },
        ]),
      Route("/connectors/{}/fence", [.put: { _ throws(ControlError) in throw Self.unsigned }]),
      Route(
        "/connectors/{}/tasks/{}/status",
        [.get: { call throws(ControlError) in .json(try Self.taskStatus(call, control)) }]),
      Route(
        "/connectors/{}/tasks/{}/restart",
        [.post: { call throws(ControlError) in try Self.restartTask(call, control) }]),
    ]
  }

  /// Connect's workers send these to each other, signed; nobody else may.
  private static let unsigned = ControlError(status: 400, message: "Internal request missing required signature")

  private func target(_ verb: String, _ state: TargetState, status: Int) -> Route {
    let control = control
    return Route(
      "/connectors/{}/\(verb)",
      [
        .put: { call throws(ControlError) in
          guard control.info(call.name) != nil else { throw .unknown(call.name) }
          try control.setTarget(call.name, state)
          return RESTResponse(status: status)
        }
      ])
  }

  private static func status(_ name: String, _ control: any ConnectorControl) throws(ControlError) -> RESTResponse {
    guard let status = control.status(name) else {
      throw ControlError(status: 404, message: "No status found for connector \(name)")
    }
    return .json(status.json)
  }

  /// 204 for the connector alone; with either parameter 202 and the states, what restarts as RESTARTING.
  private static func restart(_ call: Call, _ control: any ConnectorControl) throws(ControlError) -> RESTResponse {
    let includeTasks = call.query.flag("includeTasks", default: false)
    let onlyFailed = call.query.flag("onlyFailed", default: false)
    guard var status = control.status(call.name) else { throw unknown(call.name) }
    try control.restart(call.name, includeTasks: includeTasks, onlyFailed: onlyFailed)
    guard includeTasks || onlyFailed else { return RESTResponse(status: 204) }
    let restarts = { (state: ConnectorStatus.State) in !onlyFailed || state.state == "FAILED" }
    if restarts(status.connector) { restarting(&status.connector) }
    for index in status.tasks.indices where includeTasks && restarts(status.tasks[index].state) {
      restarting(&status.tasks[index].state)
    }
    return .json(status.json, status: 202)
  }

  private static func restarting(_ state: inout ConnectorStatus.State) {
    state.state = "RESTARTING"
    state.trace = nil
  }

  private static func tasks(_ name: String, _ control: any ConnectorControl) throws(ControlError) -> JSONValue {
    let info = try ConnectorRoutes.info(name, control)
    return .array(
      info.tasks.map { task in
        ["id": ["connector": .string(name), "task": .integer(task)], "config": .object(info.config)]
      })
  }

  private static func taskStatus(_ call: Call, _ control: any ConnectorControl) throws(ControlError) -> JSONValue {
    let id = try taskID(call)
    guard let task = control.status(call.name)?.tasks.first(where: { $0.id == id }) else {
      throw ControlError(status: 404, message: "No status found for task \(call.name)-\(id)")
    }
    return ConnectorStatus.json(task: id, task.state)
  }

  private static func restartTask(_ call: Call, _ control: any ConnectorControl) throws(ControlError) -> RESTResponse {
    let id = try taskID(call)
    guard let status = control.status(call.name) else { throw unknown(call.name) }
    guard status.tasks.contains(where: { $0.id == id }) else {
      throw ControlError(status: 404, message: "Unknown task: \(call.name)-\(id)")
    }
    try control.restartTask(call.name, task: id)
    return RESTResponse(status: 204)
  }

  private static func unknown(_ name: String) -> ControlError {
    ControlError(status: 404, message: "Unknown connector: \(name)")
  }

  private static func taskID(_ call: Call) throws(ControlError) -> Int {
    guard let id = Int32(call.parameters[1]) else { throw ControlError(status: 404, message: "HTTP 404 Not Found") }
    return Int(id)
  }
}
