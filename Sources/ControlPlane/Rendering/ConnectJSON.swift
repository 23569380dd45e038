internal import Engine
internal import JSON

extension ConnectorInfo {
  /// Connect's ConnectorInfo.
  var json: JSONValue {
    [
      "name": .string(name),
      "config": .object(config),
      "tasks": .array(tasks.map { ["connector": .string(name), "task": .integer($0)] }),
      "type": .string(type),
    ]
  }
}

extension ConnectorStatus {
  /// Connect's ConnectorStateInfo.
  var json: JSONValue {
    [
      "name": .string(name),
      "connector": .object(connector.members),
      "tasks": .array(tasks.map { Self.json(task: $0.id, $0.state) }),
      "type": .string(type),
    ]
  }

  /// Connect's TaskState.
  static func json(task: Int, _ state: State) -> JSONValue {
    .object(JSONObject([.init("id", .integer(task))] + state.members.members))
  }
}

extension ConnectorStatus.State {
  /// State, worker, version (null while none runs), and the trace if there is one.
  fileprivate var members: JSONObject {
    var object: JSONObject = [
      "state": .string(state), "worker_id": .string(workerID), "version": version.map(JSONValue.string) ?? .null,
    ]
    if let trace, !trace.isEmpty { object["trace"] = .string(trace) }
    return object
  }
}
