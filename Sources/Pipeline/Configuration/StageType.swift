internal import ChangeModel
internal import Settings

/// A kind of stage: the names under which it is configured, its keys, and what makes one.
struct StageType: Sendable {
  /// The classes, as `transforms.<name>.type` has them.
  let names: [String]
  /// Its own keys.
  let keys: [KeyDefinition]
  /// Makes one; throws what is wrong with its keys.
  let make: @Sendable (StageOrder) throws(StageProblem) -> any RecordStage

  /// A stage under one name.
  init(
    _ name: String, _ keys: [KeyDefinition] = [],
    _ make: @escaping @Sendable (StageOrder) throws(StageProblem) -> any RecordStage
  ) {
    names = [name]
    self.keys = keys
    self.make = make
  }

  /// A stage of Kafka Connect's for keys (`…$Key`) and values (`…$Value`).
  static func sided(
    _ name: String, _ keys: [KeyDefinition],
    _ make: @escaping @Sendable (StageOrder) throws(StageProblem) -> any RecordStage
  ) -> StageType {
    StageType(names: ["\(connect)\(name)$Key", "\(connect)\(name)$Value"], keys: keys, make: make)
  }

  /// A stage of Kafka Connect's for records as a whole.
  static func whole(
    _ name: String, _ keys: [KeyDefinition],
    _ make: @escaping @Sendable (StageOrder) throws(StageProblem) -> any RecordStage
  ) -> StageType {
    StageType(names: [connect + name], keys: keys, make: make)
  }

  private init(
    names: [String], keys: [KeyDefinition],
    make: @escaping @Sendable (StageOrder) throws(StageProblem) -> any RecordStage
  ) {
    self.names = names
    self.keys = keys
    self.make = make
  }

  static let connect = "org.apache.kafka.connect.transforms."

  /// `replace.null.with.default`, which many stages have.
  static let replacesNulls = KeyDefinition(
    "replace.null.with.default", .boolean, default: "true",
    "Whether a null in a field that has a default becomes the default.")
}

/// What a stage is made of.
struct StageOrder {
  /// The class that was configured.
  let className: String
  let config: ParsedConfig
  let setup: RecordPipeline.Setup
  let schemas: SchemaTable
  let topics: TopicTable

  /// Which payload a `$Key` or `$Value` class works on.
  var side: RecordSide { className.hasSuffix("$Key") ? .key : .value }

  var replacesNulls: Bool { config.bool("replace.null.with.default") }
}

/// What is wrong with a stage's keys.
struct StageProblem: Error {
  var key: String
  var value: String?
  var message: String

  init(_ key: String, _ value: String? = nil, _ message: String) {
    self.key = key
    self.value = value
    self.message = message
  }
}
