public import ChangeModel
public import PostgresClient
public import Settings

/// A PostgreSQL source's configuration, read from keys that were checked by `PostgresKeys`.
public struct PostgresSourceConfig: Sendable {
  /// What becomes of the rows that exist already.
  public enum SnapshotMode: String, Sendable {
    /// They are read once, then the stream is.
    case initial
    /// They are read, and nothing more.
    case initialOnly = "initial_only"
    /// Only the stream is read.
    case noData = "no_data"
  }

  /// How to connect.
  public var connection: PostgresSettings
  /// Statements for each SQL connection.
  public var initialStatements: [String]
  /// `topic.prefix`, the source partition's name.
  public var server: String
  /// `snapshot.mode`.
  public var snapshotMode: SnapshotMode
  /// `slot.drop.on.stop`.
  public var dropsSlotOnStop: Bool
  /// `errors.max.retries`; nil: without limit.
  public var maxRetries: Int?
  /// `retriable.restart.connector.wait.ms`.
  public var retryWait: Duration
  /// `heartbeat.interval.ms`; nil: none.
  public var heartbeatInterval: Duration?
  /// `provide.transaction.metadata`.
  public var tellsTransactions: Bool

  var filter: CaptureFilter
  var framing = ChangeFramer.Options()
  var slotName: String
  var slotRetries: Int
  var slotRetryDelay: Duration
  var publication: Publication
  var statusInterval: Duration

  /// Reads the keys. Throws `invalidConfiguration` for a pattern that can't be used.
  public init(_ config: ParsedConfig) throws(CDCError) {
    connection = Self.connection(config)
    initialStatements = Self.statements(config.string("database.initial.statements"))
    server = config.string("topic.prefix")
    snapshotMode = SnapshotMode(rawValue: config.string("snapshot.mode")) ?? .initial
    dropsSlotOnStop = config.bool("slot.drop.on.stop")
    let retries = config.int("errors.max.retries")
    maxRetries = retries < 0 ? nil : retries
    retryWait = config.milliseconds("retriable.restart.connector.wait.ms")
    heartbeatInterval = config.int("heartbeat.interval.ms") > 0 ? config.milliseconds("heartbeat.interval.ms") : nil
    tellsTransactions = config.bool("provide.transaction.metadata")
    filter = try Self.filter(config)
    framing.tellsTransactions = tellsTransactions
    framing.skipped = OperationSet(letters: config.list("skipped.operations"))
    slotName = config.string("slot.name")
    slotRetries = config.int("slot.max.retries")
    slotRetryDelay = config.milliseconds("slot.retry.delay.ms")
    publication = Publication(
      name: config.string("publication.name"),
      mode: Publication.AutoCreate(rawValue: config.string("publication.autocreate.mode")) ?? .allTables)
    statusInterval = config.milliseconds("status.update.interval.ms")
  }

  private static func connection(_ config: ParsedConfig) -> PostgresSettings {
    var settings = PostgresSettings(
      host: config.string("database.hostname"), port: config.int("database.port"),
      database: config.string("database.dbname"), user: config.string("database.user"),
      password: config.secret("database.password")?.revealed)
    settings.sslMode = config.string("database.sslmode")
    settings.sslCertificate = config.optional("database.sslcert")
    settings.sslKey = config.optional("database.sslkey")
    settings.sslPassword = config.secret("database.sslpassword")?.revealed
    settings.sslRootCertificate = config.optional("database.sslrootcert")
    settings.tcpKeepAlive = config.bool("database.tcpKeepAlive")
    return settings
  }

  /// `;` separates statements, `;;` is a semicolon in one.
  private static func statements(_ text: String) -> [String] {
    var statements: [String] = [""]
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if character != ";" {
        statements[statements.count - 1].append(character)
      } else if rest.first == ";" {
        rest.removeFirst()
        statements[statements.count - 1].append(";")
      } else {
        statements.append("")
      }
    }
    return statements.filter { $0.contains { !$0.isWhitespace } }
  }

  private static func filter(_ config: ParsedConfig) throws(CDCError) -> CaptureFilter {
    var filter = CaptureFilter()
    filter.schemaInclude = try patterns("schema.include.list", config)
    filter.schemaExclude = try patterns("schema.exclude.list", config)
    filter.tableInclude = try patterns("table.include.list", config)
    filter.tableExclude = try patterns("table.exclude.list", config)
    filter.columnInclude = try patterns("column.include.list", config)
    filter.columnExclude = try patterns("column.exclude.list", config)
    return filter
  }

  private static func patterns(_ key: String, _ config: ParsedConfig) throws(CDCError) -> PatternList? {
    guard let text = config.optional(key), !text.isEmpty else { return nil }
    do throws(PatternProblem) {
      let list = try PatternList(text)
      return list.isEmpty ? nil : list
    } catch {
      throw CDCError(.invalidConfiguration, "\(key): \(error)")
    }
  }
}
