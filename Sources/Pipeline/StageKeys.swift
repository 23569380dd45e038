internal import ChangeModel
internal import JSON
public import Settings

/// Reads a sink's stages from its configuration.
public enum StageKeys {
  /// The keys that every stage has.
  static let shared: [KeyDefinition] = [
    KeyDefinition("type", .class, required: true, importance: .high, "The stage's class."),
    KeyDefinition("predicate", .string, "Condition under which it acts.", support: .unsupported),
    KeyDefinition(
      "negate", .boolean, default: "false", "Whether the condition is turned round.", support: .unsupported),
  ]

  /// The connector keys that belong to the pipeline.
  public static let connectorKeys: [KeyDefinition] = [
    KeyDefinition(
      "transforms", .list, default: "", importance: .low, "The names of the stages, in order.", group: "Transforms"),
    KeyDefinition(
      "transforms.*", .string, "A stage's keys: `transforms.<name>.type` and its own.", group: "Transforms"),
    KeyDefinition(
      "predicates", .list, default: "", importance: .low, "The names of conditions.", group: "Predicates",
      support: .unsupported),
    KeyDefinition("predicates.*", .string, "A condition's keys.", group: "Predicates", support: .unsupported),
  ]

  private static let router = "org.apache.kafka.connect.transforms.RegexRouter"
  private static let extract = "io.debezium.transforms.ExtractNewRecordState"
  /// The classes there are.
  private static let classes = ConfigDefinition([KeyDefinition(router), KeyDefinition(extract)])

  /// Makes the stages that a parsed configuration names; what is wrong goes to `problems`, what is ignored to `notices`.
  public static func pipeline(
    of config: ParsedConfig, problems: inout [ConfigProblem], notices: inout [ConfigNotice]
  ) -> SinkPipeline {
    let names = config.list("transforms")
    let given = config.withPrefix("transforms.")
    for (key, _) in given where !names.contains(where: { key.hasPrefix($0 + ".") }) {
      problems.append(
        ConfigProblem(
          key: "transforms.\(key)", message: "unknown key \"transforms.\(key)\": transforms does not name this stage"))
    }
    var stages: [any Stage] = []
    for (index, name) in names.enumerated() {
      guard !name.isEmpty, names.firstIndex(of: name) == index else {
        problems.append(ConfigProblem(key: "transforms", message: "transforms has an empty or repeated name"))
        continue
      }
      let prefix = name + "."
      var keys = JSONObject()
      for (key, value) in given where key.hasPrefix(prefix) {
        keys[String(key.dropFirst(prefix.count))] = .string(value)
      }
      if let stage = stage("transforms." + prefix, keys, &problems, &notices) { stages.append(stage) }
    }
    return SinkPipeline(stages)
  }

  private static func stage(
    _ prefix: String, _ keys: JSONObject, _ problems: inout [ConfigProblem], _ notices: inout [ConfigNotice]
  ) -> (any Stage)? {
    let type = keys["type"]?.string ?? ""
    let definition: ConfigDefinition
    switch type {
    case router: definition = RegexRouter.definition
    case extract: definition = ExtractNewRecordState.definition
    case "":
      problems.append(
        ConfigProblem(
          key: prefix + "type",
          message: "Missing required configuration \"\(prefix)type\" which has no default value."))
      return nil
    default:
      let hint = classes.nearest(to: type).map { ": did you mean \"\($0)\"?" } ?? "; known: \(router), \(extract)"
      problems.append(.invalid(type, key: prefix + "type", "this stage does not exist or is not supported yet\(hint)"))
      return nil
    }
    // Secrets were resolved with the connector's own keys.
    let parsed = definition.parse(keys, secrets: SecretResolver.system)
    for problem in parsed.problems {
      problems.append(
        ConfigProblem(
          key: prefix + problem.key, message: problem.message.replacingKey(problem.key, with: prefix + problem.key)))
    }
    for notice in parsed.notices { notices.append(ConfigNotice(key: prefix + notice.key, note: notice.note)) }
    guard parsed.problems.isEmpty else { return nil }
    if type == extract {
      return ExtractNewRecordState.Mode(rawValue: parsed.string("delete.tombstone.handling.mode"))
        .map { ExtractNewRecordState($0) }
    }
    do throws(PatternProblem) {
      return try RegexRouter(regex: parsed.string("regex"), replacement: parsed.string("replacement"))
    } catch {
      problems.append(.invalid(parsed.string("regex"), key: prefix + "regex", "\(error)"))
      return nil
    }
  }
}

extension String {
  /// The text with the first occurrence of a key's name replaced by its full name.
  fileprivate func replacingKey(_ key: String, with full: String) -> String {
    let text = Array(utf8)
    let wanted = Array(key.utf8)
    guard !wanted.isEmpty, text.count >= wanted.count else { return self }
    for at in 0...(text.count - wanted.count) where text[at..<(at + wanted.count)].elementsEqual(wanted) {
      return String(decoding: text[..<at], as: UTF8.self) + full
        + String(decoding: text[(at + wanted.count)...], as: UTF8.self)
    }
    return self
  }
}
