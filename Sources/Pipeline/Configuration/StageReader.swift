internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import JSON
internal import Settings

/// Reads the stages and conditions of one configuration.
struct StageReader {
  private let config: ParsedConfig
  private(set) var problems: [ConfigProblem] = []
  private(set) var notices: [ConfigNotice] = []

  init(_ config: ParsedConfig) { self.config = config }

  /// What stages are made for to see whether they can be.
  func setup(
    isSink: Bool, keyFormat: RecordFormat, valueFormat: RecordFormat, folder: String
  ) -> RecordPipeline.Setup {
    var setup = RecordPipeline.Setup(
      isSink: isSink, keyFormat: keyFormat, valueFormat: valueFormat, keySchemas: NoRegistry(),
      valueSchemas: NoRegistry())
    setup.folder = folder
    return setup
  }

  private final class NoRegistry: SchemaSource {
    func schema(id: Int32) throws(CDCError) -> Schema {
      throw CDCError(.schemaUnknown, "there is no registry to look for schema \(id)")
    }
  }

  mutating func read(_ setup: RecordPipeline.Setup) -> StagePlan {
    var plan = StagePlan()
    for (name, keys) in aliases("predicates") { readPredicate(name, keys, into: &plan) }
    for (name, keys) in aliases("transforms") { readStage(name, keys, setup, into: &plan) }
    return plan
  }

  /// The names of a list with the keys behind each.
  private mutating func aliases(_ list: String) -> [(name: String, keys: JSONObject)] {
    let names = config.list(list)
    let given = config.withPrefix(list + ".")
    for (key, _) in given where !names.contains(where: { !$0.isEmpty && key.hasPrefix($0 + ".") }) {
      let what = list == "transforms" ? "stage" : "condition"
      problems.append(
        ConfigProblem(
          key: "\(list).\(key)", message: "unknown key \"\(list).\(key)\": \(list) does not name this \(what)"))
    }
    var found: [(name: String, keys: JSONObject)] = []
    for (index, name) in names.enumerated() {
      guard !name.isEmpty, names.firstIndex(of: name) == index else {
        problems.append(ConfigProblem(key: list, message: "\(list) has an empty or repeated name"))
        continue
      }
      var keys = JSONObject()
      for (key, value) in given where key.hasPrefix(name + ".") {
        keys[String(key.dropFirst(name.utf8.count + 1))] = .string(value)
      }
      found.append((name, keys))
    }
    return found
  }

  private mutating func readPredicate(_ name: String, _ keys: JSONObject, into plan: inout StagePlan) {
    let prefix = "predicates.\(name)."
    guard let className = className(prefix, keys) else { return }
    guard let type = StageTable.predicate(className) else {
      unknown(className, prefix, "condition", StageTable.nearest(predicate: className))
      return
    }
    let definition = ConfigDefinition(StageTable.sharedOfPredicates(name) + type.keys)
    guard let parsed = parse(definition, keys, prefix) else { return }
    do throws(StageProblem) {
      _ = try type.make(parsed)
      plan.conditions[name] = StagePlan.Condition(type: type, config: parsed)
    } catch { note(error, prefix) }
  }

  private mutating func readStage(
    _ name: String, _ keys: JSONObject, _ setup: RecordPipeline.Setup, into plan: inout StagePlan
  ) {
    let prefix = "transforms.\(name)."
    guard let given = className(prefix, keys) else { return }
    guard let (type, className) = StageTable.stage(given) else {
      unknown(given, prefix, "stage", StageTable.nearest(stage: given))
      return
    }
    guard let parsed = parse(ConfigDefinition(StageTable.shared(name) + type.keys), keys, prefix) else { return }
    let step = StagePlan.Step(
      name: name, className: className, type: type, config: parsed, predicate: parsed.optional("predicate"),
      isNegated: parsed.bool("negate"))
    guard isPredicateFine(step, prefix) else { return }
    do throws(StageProblem) {
      let made = try plan.step(step, setup, SchemaTable(), TopicTable())
      checkFormats(made, setup, className, prefix)
      plan.steps.append(step)
    } catch { note(error, prefix) }
  }

  private mutating func isPredicateFine(_ step: StagePlan.Step, _ prefix: String) -> Bool {
    let known = config.list("predicates")
    if let name = step.predicate {
      guard !known.contains(name) else { return true }
      let hint = ConfigDefinition(known.map { KeyDefinition($0) }).nearest(to: name).map { ": did you mean \"\($0)\"?" }
      problems.append(
        .invalid(name, key: prefix + "predicate", "predicates does not define this condition\(hint ?? "")"))
      return false
    }
    guard step.isNegated else { return true }
    problems.append(
      ConfigProblem(key: prefix + "negate", message: "\(prefix)negate turns a condition round, but there is none"))
    return false
  }

  /// Stages need schemas.
  private mutating func checkFormats(
    _ step: StageStep, _ setup: RecordPipeline.Setup, _ className: String, _ prefix: String
  ) {
    let sides = step.sides(setup)
    for (side, format, key) in [
      (RecordSides.key, setup.keyFormat, "key.converter"), (.value, setup.valueFormat, "value.converter"),
    ] where sides.contains(side) && format == .jsonWithoutSchema {
      problems.append(
        .invalid(
          className, key: prefix + "type",
          "this stage needs schemas: use io.confluent.connect.avro.AvroConverter, or set \(key).schemas.enable=true"))
    }
  }

  private mutating func className(_ prefix: String, _ keys: JSONObject) -> String? {
    if let name = keys["type"]?.string, !name.isEmpty { return name }
    problems.append(
      ConfigProblem(
        key: prefix + "type",
        message: "Missing required configuration \"\(prefix)type\" which has no default value."))
    return nil
  }

  private mutating func unknown(_ className: String, _ prefix: String, _ what: String, _ nearest: String?) {
    let hint = nearest.map { ": did you mean \"\($0)\"?" } ?? ""
    problems.append(
      .invalid(className, key: prefix + "type", "this \(what) does not exist or is not supported\(hint)"))
  }

  private mutating func parse(
    _ definition: ConfigDefinition, _ keys: JSONObject, _ prefix: String
  ) -> ParsedConfig? {
    // Secrets were resolved with the connector's own keys.
    let parsed = definition.parse(keys, secrets: SecretResolver.system)
    for problem in parsed.problems {
      problems.append(
        ConfigProblem(
          key: prefix + problem.key, message: problem.message.replacingKey(problem.key, with: prefix + problem.key)))
    }
    for notice in parsed.notices { notices.append(ConfigNotice(key: prefix + notice.key, note: notice.note)) }
    return parsed.problems.isEmpty ? parsed : nil
  }

  private mutating func note(_ problem: StageProblem, _ prefix: String) {
    if let value = problem.value {
      problems.append(.invalid(value, key: prefix + problem.key, problem.message))
    } else {
      problems.append(ConfigProblem(key: prefix + problem.key, message: "\(prefix)\(problem.key): \(problem.message)"))
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
