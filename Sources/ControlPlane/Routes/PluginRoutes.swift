internal import Engine
internal import JSON

/// The connector classes, their keys, and the check of a configuration.
struct PluginRoutes {
  let control: any ConnectorControl

  var routes: [Route] {
    let control = control
    return [
      Route(
        "/connector-plugins",
        [
          .get: { call throws(ControlError) in
            let connectorsOnly = call.query.flag("connectorsOnly", default: true)
            let plugins = control.plugins().filter { !connectorsOnly || Self.isConnector($0) }
            return .json(.array(plugins.map(Self.json)))
          }
        ]),
      Route(
        "/connector-plugins/{}/config",
        [.get: { call throws(ControlError) in .json(try Self.keys(call.name, control)) }]),
      Route(
        "/connector-plugins/{}/config/validate",
        [.put: { call throws(ControlError) in .json(try Self.validate(call, control)) }]),
    ]
  }

  private static func isConnector(_ plugin: PluginInfo) -> Bool { ["source", "sink"].contains(plugin.type) }

  private static func json(_ plugin: PluginInfo) -> JSONValue {
    ["class": .string(plugin.className), "type": .string(plugin.type), "version": .string(plugin.version)]
  }

  /// The definitions of all keys.
  private static func keys(_ plugin: String, _ control: any ConnectorControl) throws(ControlError) -> JSONValue {
    let empty: JSONObject = ["connector.class": .string(plugin)]
    guard let checked = control.validate(plugin: plugin, config: empty) else {
      throw ControlError(status: 404, message: "Unknown plugin \(plugin).")
    }
    return .array((checked["configs"]?.array ?? []).compactMap { $0["definition"] })
  }

  private static func validate(_ call: Call, _ control: any ConnectorControl) throws(ControlError) -> JSONValue {
    let config = try RequestBody.stringMap(try RequestBody.json(call.request), at: "")
    let named = try ConfigBody.requireClass(config)
    guard normalized(named).hasSuffix(normalized(call.name)) else {
      throw ControlError(
        status: 400, message: "Included connector type \(named) does not match request type \(call.name)")
    }
    // Stages are plug-ins too, but no connectors.
    let plugins = control.plugins()
    let (connectors, others) = (plugins.filter(isConnector), plugins.filter { !isConnector($0) })
    let isOther = others.contains { $0.className == named || $0.className.hasSuffix("." + named) }
    guard !isOther, let checked = control.validate(plugin: named, config: config) else {
      throw .unknownClass(named, available: connectors.map(\.className))
    }
    return .object(checked)
  }

  /// `FileStreamSourceConnector` and `FileStreamSource` are one plug-in.
  private static func normalized(_ name: String) -> String {
    name.hasSuffix("Connector") ? String(name.dropLast("Connector".count)) : name
  }
}
