/// Kafka Connect's own messages, word for word where they don't speak of Java, so that tools that read them go on.
extension ControlError {
  /// 404: there is no connector of this name.
  public static func notFound(_ name: String) -> ControlError {
    ControlError(status: 404, message: "Connector \(name) not found")
  }

  /// 404: there is no connector of this name (pause, resume, stop).
  public static func unknown(_ name: String) -> ControlError {
    ControlError(status: 404, message: "Unknown connector \(name)")
  }

  /// 409: a connector of this name exists.
  public static func alreadyExists(_ name: String) -> ControlError {
    ControlError(status: 409, message: "Connector \(name) already exists")
  }

  /// 400: these problems of a configuration, one line each.
  public static func invalidConfiguration(_ problems: [String]) -> ControlError {
    let lines = problems.map { $0 + "\n" }.joined()
    return ControlError(
      status: 400,
      message: "Connector configuration is invalid and contains the following \(problems.count) error(s):\n" + lines
        + "You can also find the above list of errors at the endpoint "
        + "`/connector-plugins/{connectorType}/config/validate`")
  }

  /// 400: no connector class answers to this name.
  public static func unknownClass(_ className: String, available: [String]) -> ControlError {
    ControlError(
      status: 400,
      message: "Failed to find any class that implements Connector and which name matches \(className), "
        + "available connectors are: \(available.joined(separator: ", "))")
  }

  /// 400: offsets change only while a connector is stopped.
  public static func mustBeStopped(_ name: String) -> ControlError {
    ControlError(
      status: 400,
      message: "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for "
        + "the specified connector by issuing a 'PUT' request to the '/connectors/\(name)/stop' endpoint")
  }
}
