internal import ChangeModel
public import EventEncoding
public import JSON
public import Settings

/// The keys `transforms` and `predicates` of a connector, source or sink of any kind.
public enum StageKeys {
  /// Their declarations.
  public static let connectorKeys = ConnectorKeys.stages

  /// The classes of stages (`transformation`) and conditions (`predicate`), with their own keys: plug-ins in Kafka
  /// Connect's words.
  public static let plugins: [(className: String, type: String, keys: ConfigDefinition)] =
    StageTable.all.flatMap { stage in
      stage.names.map { (className: $0, type: "transformation", keys: ConfigDefinition(stage.keys)) }
    }
    + StageTable.predicates.map { (className: $0.name, type: "predicate", keys: ConfigDefinition($0.keys)) }

  /// The keys of the stages and conditions that a configuration names, by their whole names, as Kafka Connect's validate
  /// call answers them; of a class that is unknown its `type` alone.
  public static func keys(of raw: JSONObject) -> [KeyDefinition] {
    func names(_ list: String) -> [String] {
      var seen: [String] = []
      for name in ConfigDefinition(connectorKeys).parse(raw).list(list) where !name.isEmpty && !seen.contains(name) {
        seen.append(name)
      }
      return seen
    }
    func own(_ list: String, _ title: String, _ name: String, _ keys: [KeyDefinition]) -> [KeyDefinition] {
      keys.enumerated().map { order, declared in
        var key = declared
        key.displayName = key.displayName == key.name ? declared.name : key.displayName
        key.name = "\(list).\(name).\(declared.name)"
        key.group = "\(title): \(name)"
        key.order = order
        return key
      }
    }
    var keys: [KeyDefinition] = []
    for name in names("transforms") {
      let type = raw["transforms.\(name).type"]?.string.flatMap { StageTable.stage($0)?.type }
      keys += own("transforms", "Transforms", name, StageTable.shared(name) + (type?.keys ?? []))
    }
    for name in names("predicates") {
      let type = raw["predicates.\(name).type"]?.string.flatMap { StageTable.predicate($0) }
      keys += own("predicates", "Predicates", name, StageTable.sharedOfPredicates(name) + (type?.keys ?? []))
    }
    return keys
  }

  /// Reads the stages of a configuration that was parsed with `connectorKeys`. What is wrong goes to `problems`, what
  /// is accepted without effect to `notices`.
  ///
  /// `keyFormat` and `valueFormat` are those of the connector's converters: stages need schemas. `folder` is that of the
  /// engine's configuration; a stage's files are looked at here already.
  public static func plan(
    of config: ParsedConfig, isSink: Bool, keyFormat: RecordFormat = .avro, valueFormat: RecordFormat = .avro,
    folder: String = "", problems: inout [ConfigProblem], notices: inout [ConfigNotice]
  ) -> StagePlan {
    var reader = StageReader(config)
    let setup = reader.setup(isSink: isSink, keyFormat: keyFormat, valueFormat: valueFormat, folder: folder)
    let plan = reader.read(setup)
    problems += reader.problems
    notices += reader.notices
    return plan
  }
}
