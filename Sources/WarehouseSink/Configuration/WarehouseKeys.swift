internal import Pipeline
internal import Settings

/// The declarations of the warehouse sink's keys.
enum WarehouseKeys {
  private static let java = "it tunes the Java connector and changes nothing here"

  /// Keys that every class has.
  static var shared: [KeyDefinition] { SinkKeys.all + StageKeys.connectorKeys + common }

  private static let common: [KeyDefinition] = [
    KeyDefinition(
      "connection.url", .string, required: true, importance: .high,
      "The warehouse: `jdbc:postgresql://host:port/database?parameter=value`, several hosts separated by commas.",
      group: "Connection"),
    KeyDefinition("connection.password", .password, importance: .high, "Its password.", group: "Connection"),
    KeyDefinition(
      "truncate.enabled", .boolean, default: "false",
      "Whether a truncate empties the table; its topic must have one partition then.", group: "Writes"),
    KeyDefinition("dialect.name", .string, "Only PostgreSQL's.", group: "Connection", check: dialect),
  ]

  private static let dialect: @Sendable (String) -> String? = { name in
    name.lowercased().contains("postgre") ? nil : "not supported yet; only PostgreSqlDatabaseDialect is"
  }

  /// Keys that one class has.
  static func own(of kind: WarehouseClass) -> [KeyDefinition] {
    switch kind {
    case .warehouse:
      confluent(isOn: true) + debezium.filter { !names(confluent(isOn: true)).contains($0.name) } + [
        KeyDefinition("primary.key.mode", .string, "See pk.mode.", validValues: ["record_key"]),
        KeyDefinition(
          "quote.identifiers", .boolean, default: "true", "Whether names keep their letters' case.", group: "Names"),
      ]
    case .confluent: confluent(isOn: false)
    case .aiven: aiven
    case .debezium: debezium
    }
  }

  private static func names(_ keys: [KeyDefinition]) -> [String] { keys.map(\.name) }

  // MARK: - Confluent

  private static func confluent(isOn: Bool) -> [KeyDefinition] {
    jdbc(isOn: isOn) + [
      KeyDefinition("connection.attempts", .int, default: "3", "Attempts to connect.", support: .tuning(java)),
      KeyDefinition("connection.backoff.ms", .long, default: "10000", "Time between them.", support: .tuning(java)),
      KeyDefinition(
        "jdbc.credentials.provider.class", .class,
        default: "io.confluent.connect.jdbc.util.DefaultJdbcCredentialsProvider", "Where credentials come from.",
        support: .unsupported),
      KeyDefinition("jdbc.credentials.provider.*", .string, "Its keys.", support: .unsupported),
      KeyDefinition("table.types", .list, default: "TABLE", "Kinds of tables.", support: .tuning("all are written")),
      KeyDefinition(
        "quote.sql.identifiers", .string, default: "always", "Whether names keep their letters' case.",
        validValues: ["always", "never"], group: "Names"),
      KeyDefinition("date.timezone", .string, default: "DB_TIMEZONE", "Zone of dates.", support: .unsupported),
      KeyDefinition("date.calendar.system", .string, default: "LEGACY", "Calendar of dates.", support: .unsupported),
      KeyDefinition(
        "timestamp.precision.mode", .string, default: "microseconds", "Precision of timestamps.",
        support: .unsupported),
      KeyDefinition(
        "timestamp.fields.list", .list, default: "", "Numbers and texts to read as timestamps.",
        support: .unsupported),
      KeyDefinition(
        "replace.null.with.default", .boolean, default: isOn ? "false" : "true",
        "Whether a null in a field with a default becomes the default.", group: "Writes"),
      KeyDefinition(
        "string.output.value.column.name", .string, default: "record_value", "Column of single values.",
        support: .unsupported),
      KeyDefinition(
        "trim.sensitive.log", .boolean, default: "false", "Whether logs leave values out.",
        support: .tuning("logs never have values here")),
      KeyDefinition("mssql.use.merge.holdlock", .boolean, default: "true", "SQL Server.", support: .tuning(java)),
    ]
  }

  // MARK: - Aiven

  private static var aiven: [KeyDefinition] {
    jdbc(isOn: false) + [
      KeyDefinition(
        "sql.quote.identifiers", .boolean, default: "true", "Whether names keep their letters' case.", group: "Names"),
      KeyDefinition("table.name.normalize", .boolean, default: "false", "Adjusts names.", support: .unsupported),
      KeyDefinition(
        "topics.to.tables.mapping", .list, default: "", "Tables by topic: `topic:table,…`.", group: "Names"),
    ]
  }

  /// What Confluent's and Aiven's sinks share.
  private static func jdbc(isOn: Bool) -> [KeyDefinition] {
    [
      KeyDefinition("connection.user", .string, importance: .high, "Its user.", group: "Connection"),
      KeyDefinition(
        "insert.mode", .string, default: isOn ? "upsert" : "insert", importance: .high, "How rows are written.",
        validValues: ["upsert"], unsupportedValues: ["insert", "update", "multi"], group: "Writes"),
      KeyDefinition(
        "pk.mode", .string, default: isOn ? "record_key" : "none", importance: .high, "Where the table's key is from.",
        validValues: ["record_key"], unsupportedValues: ["none", "kafka", "record_value", "record_header"],
        group: "Writes"),
      KeyDefinition(
        "pk.fields", .list, default: "",
        "Fields of the record's key to take (empty: all), or the column's name for a key that is a single value.",
        group: "Writes"),
      KeyDefinition(
        "delete.enabled", .boolean, default: isOn ? "true" : "false", "Whether deletes are done.", group: "Writes"),
      KeyDefinition(
        "batch.size", .int, default: "3000", "Records per batch.",
        support: .tuning("batches are limited in bytes here")),
      KeyDefinition(
        "fields.whitelist", .list, default: "", "Fields to write beside the key; empty: all.", group: "Writes"),
      KeyDefinition(
        "table.name.format", .string, default: "${topic}",
        "The table's name, with `${topic}`, `${source.schema}` and `${source.table}`.", group: "Names",
        check: TableNaming.problem),
      KeyDefinition(
        "auto.create", .boolean, default: isOn ? "true" : "false", "Whether missing tables are made.", group: "Tables"),
      KeyDefinition(
        "auto.evolve", .boolean, default: isOn ? "true" : "false", "Whether missing columns are added.",
        group: "Tables"),
      KeyDefinition(
        "max.retries", .int, default: "10", "Tries while the warehouse can't be reached.", group: "Retries"),
      KeyDefinition(
        "retry.backoff.ms", .int, default: "3000", "Time between tries.", group: "Retries",
        support: .tuning("times between tries grow from a short one")),
      KeyDefinition("db.timezone", .string, default: "UTC", "Zone of timestamps.", support: .unsupported),
    ]
  }

  // MARK: - Debezium

  private static let debezium: [KeyDefinition] = [
    KeyDefinition("connection.username", .string, importance: .high, "Its user.", group: "Connection"),
    KeyDefinition(
      "insert.mode", .string, default: "insert", importance: .high, "How rows are written.", validValues: ["upsert"],
      unsupportedValues: ["insert", "update"], group: "Writes"),
    KeyDefinition(
      "primary.key.mode", .string, default: "none", importance: .high, "Where the table's key is from.",
      validValues: ["record_key"], unsupportedValues: ["none", "kafka", "record_value", "record_header"],
      group: "Writes"),
    KeyDefinition("primary.key.fields", .list, default: "", "See pk.fields.", group: "Writes"),
    KeyDefinition("delete.enabled", .boolean, default: "false", "Whether deletes are done.", group: "Writes"),
    KeyDefinition(
      "batch.size", .int, default: "500", "Records per batch.", support: .tuning("batches are limited in bytes here")),
    KeyDefinition(
      "use.reduction.buffer", .boolean, default: "false", "Last write per key.",
      support: .tuning("batches are always reduced here")),
    KeyDefinition(
      "collection.name.format", .string, default: "${topic}", "See table.name.format.", group: "Names",
      check: TableNaming.problem),
    KeyDefinition(
      "table.name.format", .string, "The former name of collection.name.format.", group: "Names",
      check: TableNaming.problem),
    KeyDefinition("collection.table.format", .string, default: "${table}", "The table's part.", support: .unsupported),
    KeyDefinition(
      "collection.naming.strategy", .class,
      default: "io.debezium.sink.naming.DefaultCollectionNamingStrategy", "Names of tables.", support: .unsupported),
    KeyDefinition(
      "column.naming.strategy", .class, default: "io.debezium.connector.jdbc.naming.DefaultColumnNamingStrategy",
      "Names of columns.", support: .unsupported),
    KeyDefinition("field.include.list", .list, default: "", "Fields to write.", support: .unsupported),
    KeyDefinition("field.exclude.list", .list, default: "", "Fields to leave out.", support: .unsupported),
    KeyDefinition(
      "schema.evolution", .string, default: "none", "Whether tables are made and columns added.",
      validValues: ["none", "basic"], unsupportedValues: ["validate-only"], group: "Tables"),
    KeyDefinition(
      "quote.identifiers", .boolean, default: "false", "Whether names keep their letters' case.", group: "Names"),
    KeyDefinition("use.time.zone", .string, default: "UTC", "Zone of timestamps.", support: .unsupported),
    KeyDefinition("database.time_zone", .string, default: "UTC", "Zone of timestamps.", support: .unsupported),
    KeyDefinition(
      "flush.max.retries", .int, default: "5", "Tries while the warehouse can't be reached.", group: "Retries"),
    KeyDefinition(
      "flush.retry.delay.ms", .long, default: "1000", "Time between tries.", group: "Retries",
      support: .tuning("times between tries grow from a short one")),
    KeyDefinition("connection.provider", .class, "The pool's class.", support: .tuning(java)),
    KeyDefinition("connection.pool.*", .string, "The pool's size.", support: .tuning("a task has one connection")),
    KeyDefinition(
      "connection.restart.on.errors", .boolean, default: "false", "Whether a broken connection is made again.",
      support: .tuning("it always is")),
    KeyDefinition("hibernate.c3p0.*", .string, "The pool.", support: .tuning(java)),
    KeyDefinition("hibernate.*", .string, "Hibernate's keys.", support: .unsupported),
    KeyDefinition(
      "dialect.postgres.postgis.schema", .string, default: "public", "The schema of PostGIS.", group: "Tables"),
    KeyDefinition(
      "dialect.postgres.unnest.insert.enabled", .boolean, default: "false", "Rows by UNNEST.",
      support: .tuning("rows are written by COPY")),
    KeyDefinition(
      "dialect.sqlserver.identity.insert", .boolean, default: "false", "SQL Server.", support: .tuning(java)),
    KeyDefinition(
      "cloud.events.schema.name.pattern", .string, default: ".*CloudEvents\\.Envelope$", "Names of CloudEvents.",
      support: .unsupported),
  ]
}
