internal import Engine
internal import JSON

/// The loggers and their levels.
struct LoggerRoutes {
  let loggers: LoggerLevels

  var routes: [Route] {
    let loggers = loggers
    return [
      Route(
        "/admin/loggers",
        [
          .get: { _ throws(ControlError) in
            .json(.object(JSONObject(loggers.all().map { .init($0.name, Self.json($0.setting)) })))
          }
        ]),
      Route(
        "/admin/loggers/{}",
        [
          .get: { call throws(ControlError) in
            guard let setting = loggers.setting(of: call.name) else {
              throw ControlError(status: 404, message: "Logger \(call.name) not found.")
            }
            return .json(Self.json(setting))
          },
          .put: { call throws(ControlError) in try Self.set(call, loggers) },
        ]),
    ]
  }

  private static func json(_ setting: LoggerLevels.Setting) -> JSONValue {
    [
      "level": .string(setting.level.rawValue),
      "last_modified": setting.lastModified.map(JSONValue.integer) ?? .null,
    ]
  }

  private static func set(_ call: Call, _ loggers: LoggerLevels) throws(ControlError) -> RESTResponse {
    let body = try RequestBody.stringMap(try RequestBody.json(call.request), at: "")
    guard let text = body["level"]?.string else {
      throw ControlError(status: 400, message: "Desired 'level' parameter was not specified in request.")
    }
    guard let level = LoggerLevels.Level(rawValue: text.uppercased()) else {
      throw ControlError(status: 404, message: "invalid log level '\(text)'.")
    }
    let changed = loggers.set(call.name, to: level)
    // For a cluster Connect answers before anything is done, so there is nothing to list.
    if call.query.first("scope")?.lowercased() == "cluster" { return RESTResponse(status: 204) }
    return .json(.array(changed.map(JSONValue.string)))
  }
}
