public import ChangeModel

/// What is wrong with one key of a configuration.
public struct ConfigProblem: Sendable, Equatable {
  /// The key.
  public var key: String
  /// What is wrong; never with a secret's value.
  public var message: String

  /// A problem.
  public init(key: String, message: String) {
    self.key = key
    self.message = message
  }

  /// A value that can't be used, in the words of Kafka's ConfigException.
  public static func invalid(_ value: String?, key: String, _ reason: String) -> ConfigProblem {
    ConfigProblem(key: key, message: "Invalid value \(value ?? "null") for configuration \(key): \(reason)")
  }
}

extension Sequence<ConfigProblem> {
  /// The problems as Connect answers them with status 400, without the line about its own endpoint.
  public var connectMessage: String {
    let messages = map(\.message)
    return "Connector configuration is invalid and contains the following \(messages.count) error(s):\n"
      + messages.joined(separator: "\n")
  }

  /// The problems as one error.
  public func error(in what: String) -> CDCError {
    CDCError(.invalidConfiguration, "\(what): " + map(\.message).joined(separator: "; "))
  }
}
