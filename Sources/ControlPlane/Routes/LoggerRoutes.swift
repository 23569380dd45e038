internal import Engine
internal import JSON
internal import Telemetry

/// The loggers and their levels.
struct LoggerRoutes {
  let loggers: LogSystem

  var routes: [Route] {
    let loggers = loggers
    return [
      Route(
        "/admin/loggers",
        [
          .get: { _ throws(ControlError) in
            .json(.object(JSONObject(loggers.levels().map { .init($0.name, Self.json($0)) })))
          }
        ]),
      Route(
        "/admin/loggers/{}",
        [
          .get: { call throws(ControlError) in
            guard let info = loggers.level(of: call.name) else {
              throw ControlError(status: 404, message: "Logger \(call.name) not found.")
            }
            return .json(Self.json(info))
          },
          .put: { call throws(ControlError) in try Self.set(call, loggers) },
        ]),
    ]
  }

  private static func json(_ info: LogSystem.LevelInfo) -> JSONValue {
    [
      "level": .string(info.level.name.uppercased()),
      "last_modified": info.lastModified.map(JSONValue.integer) ?? .null,
    ]
  }

  /// The names that Connect takes.
  private static let names = ["OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL"]

  private static func set(_ call: Call, _ loggers: LogSystem) throws(ControlError) -> RESTResponse {
    let body = try RequestBody.stringMap(try RequestBody.json(call.request), at: "")
    guard let text = body["level"]?.string else {
      throw ControlError(status: 400, message: "Desired 'level' parameter was not specified in request.")
    }
    guard names.contains(text.uppercased()), let level = LogLevel(text) else {
      throw ControlError(status: 404, message: "invalid log level '\(text)'.")
    }
    // Connect lists only those whose level is another one now.
    let same = Set(loggers.levels().filter { $0.level == level }.map(\.name))
    let changed = loggers.setLevel(level, of: call.name).filter { !same.contains($0) }
    // For a cluster Connect answers before anything is done, so there is nothing to list.
    if call.query.first("scope")?.lowercased() == "cluster" { return RESTResponse(status: 204) }
    return .json(.array(changed.map(JSONValue.string)))
  }
}
