public import JSON

/// A connector's configuration as users write it in a file or a request: `{"name": …, "config": {…}}` or the flat map.
public struct ConnectorDocument: Sendable, Equatable {
  /// The connector's name; nil where the flat map has none.
  public var name: String?
  /// The configuration, every value a string.
  public var config: JSONObject

  /// Why a document is not a connector's configuration.
  public struct Problem: Error, Sendable, CustomStringConvertible {
    /// The reason, in one sentence without its full stop.
    public var description: String
  }

  /// Reads a document.
  public init(_ value: JSONValue) throws(Problem) {
    guard let object = value.object else { throw Problem(description: "a JSON object is expected") }
    if let inner = object["config"], case .object(let config) = inner {
      name = object["name"]?.string
      self.config = try Self.strings(config)
    } else {
      config = try Self.strings(object)
      name = config["name"]?.string
    }
  }

  /// The configuration with numbers and booleans as strings, as Connect keeps them; members that are null are left out.
  public static func strings(_ config: JSONObject) throws(Problem) -> JSONObject {
    var members: [JSONObject.Member] = []
    for member in config.members {
      switch member.value {
      case .string: members.append(member)
      case .number(let text): members.append(.init(member.name, .string(text)))
      case .bool(let value): members.append(.init(member.name, .string(value ? "true" : "false")))
      case .null: continue
      case .array, .object:
        throw Problem(description: "the value of \"\(member.name)\" is no text, number or boolean")
      }
    }
    return JSONObject(members)
  }
}
