import Engine
import JSON

/// The classes of the fake: Kafka's file connectors with the keys that the tests use.
extension FakeControl {
  static func plugin(_ name: String) -> String? {
    switch name {
    case source, "FileStreamSource", "FileStreamSourceConnector": source
    case sink, "FileStreamSink", "FileStreamSinkConnector": sink
    default: nil
    }
  }

  static func type(_ config: JSONObject) -> String {
    plugin(config["connector.class"]?.string ?? "") == sink ? "sink" : "source"
  }

  static func tasks(_ connector: Connector) -> [Int] {
    guard connector.hasTasks else { return [] }
    guard type(connector.config) == "sink" else { return [0] }
    return Array(0..<(connector.config["tasks.max"]?.string.flatMap { Int($0) } ?? 1))
  }

  static func problems(_ plugin: String, _ config: JSONObject) -> [(key: String, message: String)] {
    var problems: [(key: String, message: String)] = []
    let missing = { (key: String) in
      (key, "Missing required configuration \"\(key)\" which has no default value.")
    }
    if config["name"] == nil { problems.append(missing("name")) }
    if plugin == source, config["topic"] == nil { problems.append(missing("topic")) }
    if plugin == sink, config["topics"] == nil {
      problems.append(("topics", "Must configure one of topics or topics.regex"))
      problems.append(("topics.regex", "Must configure one of topics or topics.regex"))
    }
    if let text = config["tasks.max"]?.string, Int(text) == nil {
      problems.append(("tasks.max", "Invalid value \(text) for configuration tasks.max: Not a number of type INT"))
      problems.append(("tasks.max", "Invalid value null for configuration tasks.max: Value must be non-null"))
    }
    return problems
  }

  func validate(plugin: String, config: JSONObject) -> JSONObject? {
    guard let known = Self.plugin(plugin) else { return nil }
    let problems = Self.problems(known, config)
    let keys = known == Self.source ? ["name", "topic"] : ["name", "topics", "topics.regex"]
    let configs = keys.map { key -> JSONValue in
      let errors = problems.filter { $0.key == key }.map { JSONValue.string($0.message) }
      return [
        "definition": ["name": .string(key), "type": "STRING", "required": true],
        "value": ["name": .string(key), "value": config[key] ?? .null, "errors": .array(errors), "visible": true],
      ]
    }
    return [
      "name": .string(plugin), "error_count": .integer(problems.count), "groups": ["Common"],
      "configs": .array(configs),
    ]
  }
}
