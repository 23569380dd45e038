internal import ChangeModel
public import EventEncoding
public import JSON
public import Pipeline
public import PostgresClient
public import Settings

/// A warehouse sink's configuration, checked.
public struct WarehouseConfig: Sendable {
  /// Its class.
  public var kind: WarehouseClass
  /// The connection.
  public var connection: PostgresSettings
  /// Schemas to make before anything else, of the connection's `currentSchema`.
  public var currentSchema: [String]
  /// Topics to read; empty where `topicsPattern` says which.
  public var topics: [String]
  /// `topics.regex`.
  public var topicsPattern: String?
  /// `tasks.max`
  public var tasks: Int
  /// The format of the table's name.
  public var tableFormat: String
  /// Tables by topic, before the format (`topics.to.tables.mapping`).
  public var tablesByTopic: [String: String]
  /// Whether names are folded to lower case.
  public var foldsNames: Bool
  /// Fields of the key to take; empty: all.
  public var keyFields: [String]
  /// Fields to write beside the key; empty: all.
  public var fields: Set<String>
  /// Whether deletes are done.
  public var deletes: Bool
  /// Whether truncates are done.
  public var truncates: Bool
  /// Whether missing tables and schemas are made.
  public var creates: Bool
  /// Whether missing columns are added.
  public var evolves: Bool
  /// Whether a null in a field with a default becomes the default.
  public var replacesNulls: Bool
  /// The schema of PostGIS.
  public var postgisSchema: String
  /// Tries while the warehouse can't be reached; nil: without limit.
  public var maxRetries: Int?
  /// How keys are written.
  public var keyFormat: RecordFormat
  /// How values are written.
  public var valueFormat: RecordFormat
  /// The keys of the key's and the value's converter, without their prefix (`schema.registry.url`, …).
  public var keyConverter: [(String, String)]
  /// See `keyConverter`.
  public var valueConverter: [(String, String)]
  /// The consumer's keys, without their prefix.
  public var consumerOverrides: [(String, String)]
  /// Sentences about keys that were accepted and change nothing.
  public var notices: [String]
  /// All keys, for what the engine reads of them.
  public let keys: ParsedConfig
  /// The stages; each task makes a pipeline of them. Where they are only what the sink does while it decodes
  /// (`StagePlan.fused`), they are empty here.
  public var stages = StagePlan()
  private var fusedStages = StagePlan()

  /// Reads a configuration. Returns all that is wrong with it; then there is no configuration. `folder` is that of the
  /// engine's configuration, for files that stages name.
  public static func parse(
    _ raw: JSONObject, secrets: SecretResolver = .system, folder: String = ""
  ) -> (config: WarehouseConfig?, problems: [ConfigProblem]) {
    guard let kind = raw["connector.class"]?.string.flatMap({ WarehouseClass(rawValue: $0) }) else {
      return (
        nil, [.invalid(raw["connector.class"]?.string, key: "connector.class", "it is no warehouse sink's class")]
      )
    }
    let parsed = kind.definition.parse(raw, secrets: secrets)
    var reader = WarehouseConfigReader(kind: kind, parsed: parsed, folder: folder)
    let config = reader.read()
    return (reader.problems.isEmpty ? config : nil, reader.problems)
  }

  /// The stages that the sink does while it decodes, made anew for each task.
  func makePipeline() -> SinkPipeline { fusedStages.fused ?? SinkPipeline() }

  /// Splits the stages between the sink and the pipeline before it.
  mutating func take(_ plan: StagePlan) {
    if plan.fused == nil { stages = plan } else { fusedStages = plan }
  }

  init(
    kind: WarehouseClass, connection: JDBCURL.Parsed, parsed: ParsedConfig, keyFormat: RecordFormat,
    valueFormat: RecordFormat
  ) {
    self.kind = kind
    self.connection = connection.settings
    currentSchema = connection.currentSchema
    keys = parsed
    topics = parsed.list("topics")
    topicsPattern = parsed.optional("topics.regex")
    tasks = parsed.int("tasks.max")
    tableFormat =
      parsed.isSet("collection.name.format") || parsed.optional("table.name.format") == nil
      ? parsed.optional("collection.name.format") ?? "${topic}" : parsed.string("table.name.format")
    tablesByTopic = [:]
    for entry in parsed.list("topics.to.tables.mapping") {
      guard let colon = entry.lastIndex(of: ":") else { continue }
      tablesByTopic[String(entry[..<colon])] = String(entry[entry.index(after: colon)...])
    }
    foldsNames =
      switch kind {
      case .confluent: parsed.string("quote.sql.identifiers") == "never"
      case .aiven: !parsed.bool("sql.quote.identifiers")
      case .debezium: !parsed.bool("quote.identifiers")
      case .warehouse: !parsed.bool("quote.identifiers") || parsed.string("quote.sql.identifiers") == "never"
      }
    keyFields = parsed.list(parsed.list("primary.key.fields").isEmpty ? "pk.fields" : "primary.key.fields")
    fields = Set(parsed.list("fields.whitelist"))
    deletes = parsed.bool("delete.enabled")
    truncates = parsed.bool("truncate.enabled")
    let evolution = parsed.isSet("schema.evolution") || kind == .debezium ? parsed.string("schema.evolution") : nil
    creates = evolution.map { $0 == "basic" } ?? parsed.bool("auto.create")
    evolves = evolution.map { $0 == "basic" } ?? parsed.bool("auto.evolve")
    replacesNulls = kind == .aiven || parsed.bool("replace.null.with.default")
    postgisSchema = parsed.optional("dialect.postgres.postgis.schema") ?? "public"
    let limits = ["max.retries", "flush.max.retries", "errors.max.retries"].filter { parsed.isSet($0) }
    maxRetries = limits.compactMap { parsed.optionalInt($0) }.filter { $0 >= 0 }.min()
    self.keyFormat = keyFormat
    self.valueFormat = valueFormat
    keyConverter = parsed.withPrefix("key.converter.")
    valueConverter = parsed.withPrefix("value.converter.")
    consumerOverrides = parsed.withPrefix("consumer.override.")
    notices = parsed.notices.map { "\($0.key) is accepted: \($0.note)" }
    if !connection.ignored.isEmpty {
      notices.append(
        "connection.url: \(connection.ignored.joined(separator: ", ")) tune the Java driver and change nothing here")
    }
  }
}

/// Reads a configuration that was parsed by its declarations, with the checks that concern several keys.
struct WarehouseConfigReader {
  let kind: WarehouseClass
  let parsed: ParsedConfig
  let folder: String
  var problems: [ConfigProblem]

  init(kind: WarehouseClass, parsed: ParsedConfig, folder: String) {
    self.kind = kind
    self.folder = folder
    self.parsed = parsed
    problems = parsed.problems
  }

  mutating func read() -> WarehouseConfig? {
    checkModes()
    if parsed.list("topics").isEmpty == (parsed.optional("topics.regex") == nil) {
      let both = parsed.optional("topics.regex") != nil
      problems.append(
        ConfigProblem(
          key: "topics",
          message: both
            ? "topics and topics.regex are both set: only one of them may be"
            : "Must configure one of topics or topics.regex"))
    }
    if let pattern = parsed.optional("topics.regex") {
      do throws(PatternProblem) { _ = try JavaPattern(pattern) } catch {
        problems.append(.invalid(pattern, key: "topics.regex", "\(error)"))
      }
    }
    problems += ErrorKeys.problems(parsed)
    let keyFormat = format("key.converter")
    let valueFormat = format("value.converter")
    var stageNotices: [ConfigNotice] = []
    let plan = StageKeys.plan(
      of: parsed, isSink: true, keyFormat: keyFormat, valueFormat: valueFormat, folder: folder,
      problems: &problems, notices: &stageNotices)
    guard let connection = connection() else { return nil }
    var config = WarehouseConfig(
      kind: kind, connection: connection, parsed: parsed, keyFormat: keyFormat, valueFormat: valueFormat)
    config.take(plan)
    config.notices += stageNotices.map { "\($0.key) is accepted: \($0.note)" }
    return config
  }

  /// Modes whose default is another than the one that is supported must be given.
  private mutating func checkModes() {
    if parsed.string("insert.mode") != "upsert", !parsed.isSet("insert.mode") {
      problems.append(
        .invalid(
          parsed.string("insert.mode"), key: "insert.mode",
          "this class's default is not supported yet; set insert.mode=upsert"))
    }
    let mode = kind == .debezium ? "primary.key.mode" : "pk.mode"
    if parsed.string(mode) != "record_key", !parsed.isSet(mode) {
      problems.append(
        .invalid(
          parsed.string(mode), key: mode, "this class's default is not supported yet; set \(mode)=record_key"))
    }
  }

  private mutating func connection() -> JDBCURL.Parsed? {
    guard let url = parsed.optional("connection.url") else { return nil }
    let user = parsed.optional("connection.user") ?? parsed.optional("connection.username")
    do throws(CDCError) {
      return try JDBCURL.parse(url, user: user, password: parsed.optional("connection.password"))
    } catch {
      problems.append(ConfigProblem(key: "connection.url", message: "\(error.message). \(error.code.remedy)"))
      return nil
    }
  }

  private mutating func format(_ key: String) -> RecordFormat {
    guard let name = parsed.optional(key) else { return .avro }
    let schemas = parsed.withPrefix(key + ".").first { $0.0 == "schemas.enable" }?.1.lowercased() != "false"
    guard let format = RecordFormat(converter: name, schemasEnable: schemas) else {
      problems.append(.invalid(name, key: key, "this converter does not exist or is not supported yet"))
      return .avro
    }
    if key == "value.converter", format == .string || format == .bytes || format == .jsonWithoutSchema {
      problems.append(
        .invalid(
          name, key: key,
          "rows need a schema: use io.confluent.connect.avro.AvroConverter, or "
            + "org.apache.kafka.connect.json.JsonConverter with schemas.enable"))
    }
    return format
  }
}
