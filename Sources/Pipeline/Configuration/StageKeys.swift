internal import ChangeModel
public import EventEncoding
internal import JSON
public import Settings

/// The keys `transforms` and `predicates` of a connector, source or sink of any kind.
public enum StageKeys {
  /// Their declarations.
  public static let connectorKeys = ConnectorKeys.stages

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
