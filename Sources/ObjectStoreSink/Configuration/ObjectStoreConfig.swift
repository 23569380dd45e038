internal import ChangeModel
public import EventEncoding
public import JSON
public import ObjectStore
public import Pipeline
public import Settings

/// Where objects go.
public enum ObjectTarget: Sendable {
  /// A folder of this machine, and the bucket's folder in it.
  case folder(String, bucket: String)
  /// A bucket of an S3 store.
  case bucket(S3Settings)
}

/// What a record without a value does (`behavior.on.null.values`).
public enum NullValues: String, Sendable {
  /// It is passed over.
  case ignore
  /// It is poison.
  case fail
  /// Its key is written.
  case write
}

/// An object store sink's configuration, checked.
public struct ObjectStoreConfig: Sendable {
  /// Its class.
  public var kind: ObjectStoreClass
  /// Where objects go.
  public var target: ObjectTarget
  /// Topics to read; empty where `topicsPattern` says which.
  public var topics: [String]
  /// `topics.regex`
  public var topicsPattern: String?
  /// `tasks.max`
  public var tasks: Int
  /// How keys are written.
  public var keyFormat: RecordFormat
  /// How values are written.
  public var valueFormat: RecordFormat
  /// The keys of the key's and the value's converter, without their prefix.
  public var keyConverter: [(String, String)]
  /// See `keyConverter`.
  public var valueConverter: [(String, String)]
  /// The consumer's keys, without their prefix.
  public var consumerOverrides: [(String, String)]
  /// What tombstones do.
  public var nullValues: NullValues
  /// Whether tombstones that are passed over are dead letters where there is a topic for them.
  public var reportsNullValues: Bool
  /// Tries while the store can't be reached; nil: without limit.
  public var maxRetries: Int?
  /// Sentences about keys that were accepted and change nothing.
  public var notices: [String]
  /// The stages before the sink; each task makes a pipeline of them.
  public var stages: StagePlan
  /// All keys, for what the engine reads of them.
  public let keys: ParsedConfig

  /// Whether keys are read at all.
  var readsKeys: Bool

  /// Reads a configuration. Returns all that is wrong with it; then there is no configuration. `folder` is that of the
  /// engine's configuration, for files that stages name.
  public static func parse(
    _ raw: JSONObject, secrets: SecretResolver = .system, folder: String = ""
  ) -> (config: ObjectStoreConfig?, problems: [ConfigProblem]) {
    guard let kind = raw["connector.class"]?.string.flatMap({ ObjectStoreClass(rawValue: $0) }) else {
      return (
        nil, [.invalid(raw["connector.class"]?.string, key: "connector.class", "it is no object store sink's class")]
      )
    }
    let parsed = kind.definition.parse(raw, secrets: secrets)
    var reader = ObjectStoreConfigReader(kind: kind, parsed: parsed, folder: folder)
    let config = reader.read()
    return (reader.problems.isEmpty ? config : nil, reader.problems)
  }
}
