public import Settings

/// The keys of Debezium's PostgreSQL connector 3.6, with its types, defaults and values: what is supported here, what only
/// tunes the Java engine, and what is refused unless it stands at its default.
public enum PostgresKeys {
  /// All of them; keys that Kafka Connect gives every connector are declared elsewhere.
  public static let all: [KeyDefinition] =
    connection + slot + filters + events + snapshot + errors + tuning + refused

  private static let connection: [KeyDefinition] = [
    KeyDefinition(
      "topic.prefix", required: true, importance: .high,
      "The logical name of the server: the first part of every topic.",
      group: group("Connection"), check: { topicPrefixProblem($0) }),
    KeyDefinition(
      "database.hostname", required: true, importance: .high, "The server's host.", group: group("Connection")),
    KeyDefinition(
      "database.port", .int, default: "5432", importance: .high, "The server's port.", range: 1...65535,
      group: group("Connection")),
    KeyDefinition("database.user", required: true, importance: .high, "The user.", group: group("Connection")),
    KeyDefinition("database.password", .password, importance: .high, "The password.", group: group("Connection")),
    KeyDefinition("database.dbname", required: true, importance: .high, "The database.", group: group("Connection")),
    KeyDefinition(
      "database.sslmode", default: "prefer", "Whether and how TLS is used.",
      validValues: ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"], group: group("Connection")),
    KeyDefinition("database.sslcert", .string, "The file of the client's certificate.", group: group("Connection")),
    KeyDefinition("database.sslkey", .string, "The file of the client's key.", group: group("Connection")),
    KeyDefinition("database.sslpassword", .password, "The password of the client's key.", group: group("Connection")),
    KeyDefinition(
      "database.sslrootcert", .string, "The file of the authorities' certificates.", group: group("Connection")),
    KeyDefinition("database.tcpKeepAlive", .boolean, default: "true", "TCP keep-alives.", group: group("Connection")),
    KeyDefinition(
      "database.initial.statements", .string,
      "Statements for each connection, `;` between them, `;;` for a literal one.",
      group: group("Connection")),
  ]

  private static let slot: [KeyDefinition] = [
    KeyDefinition(
      "plugin.name", default: "pgoutput", "The decoding plug-in: pgoutput, which every server since 10 has.",
      validValues: ["pgoutput"], unsupportedValues: ["decoderbufs"], group: group("Replication")),
    KeyDefinition(
      "slot.name", default: "debezium", "The replication slot: small letters, digits and underscores.",
      group: group("Replication"), check: { slotNameProblem($0) }),
    KeyDefinition(
      "slot.drop.on.stop", .boolean, default: "false", "Whether the slot is dropped when the connector is stopped.",
      group: group("Replication")),
    KeyDefinition(
      "slot.max.retries", .int, default: "6", "Tries while another process reads the slot.",
      range: 0...Int64(Int32.max),
      group: group("Replication")),
    KeyDefinition(
      "slot.retry.delay.ms", .long, default: "10000", "The wait between them.", range: 0...Int64(Int32.max),
      group: group("Replication")),
    KeyDefinition("publication.name", default: "dbz_publication", "The publication.", group: group("Replication")),
    KeyDefinition(
      "publication.autocreate.mode", default: "all_tables", "What becomes of a publication that is missing.",
      validValues: ["disabled", "all_tables", "filtered", "no_tables"], group: group("Replication")),
    KeyDefinition(
      "status.update.interval.ms", .int, default: "10000", "How often the server is told the confirmed position.",
      range: 1...Int64(Int32.max), group: group("Replication")),
  ]

  private static let filters: [KeyDefinition] = [
    list("schema.include.list", "Schemas to capture, as regular expressions."),
    list("schema.exclude.list", "Schemas to leave out, as regular expressions."),
    list("table.include.list", "Tables to capture, as regular expressions on schema.table."),
    list("table.exclude.list", "Tables to leave out, as regular expressions on schema.table."),
    list("column.include.list", "Columns to capture, as regular expressions on schema.table.column."),
    list("column.exclude.list", "Columns to leave out, as regular expressions on schema.table.column."),
    list("column.propagate.source.type", "Columns whose type is told in their schema."),
    KeyDefinition(
      "skipped.operations", .list, default: "t", "Operations that are not told: c, u, d, t, none.",
      group: group("Filters"), check: { operationsProblem($0) }),
  ]

  private static let events: [KeyDefinition] = [
    flag("tombstones.on.delete", "true", "Whether a tombstone follows each delete."),
    flag("provide.transaction.metadata", "false", "Whether transactions are told on a topic of their own."),
    flag("extended.headers.enabled", "true", "Whether headers tell which task wrote a record."),
    KeyDefinition(
      "schema.name.adjustment.mode", default: "none", "How schema names are made valid.",
      validValues: ["none", "avro"], unsupportedValues: ["avro_unicode"], group: group("Events")),
    KeyDefinition(
      "field.name.adjustment.mode", default: "none", "How field names are made valid.",
      validValues: ["none", "avro"], unsupportedValues: ["avro_unicode"], group: group("Events")),
    KeyDefinition(
      "heartbeat.interval.ms", .int, default: "0", "How often a heartbeat record is written; 0: never.",
      range: 0...Int64(Int32.max), group: group("Events")),
  ]

  private static let snapshot: [KeyDefinition] = [
    KeyDefinition(
      "snapshot.mode", default: "initial", importance: .high, "Whether existing rows are read first.",
      validValues: ["initial", "initial_only", "no_data"],
      unsupportedValues: ["never", "always", "when_needed", "configuration_based", "custom"],
      group: group("Snapshot")),
    KeyDefinition(
      "snapshot.isolation.mode", default: "serializable",
      "The snapshot's isolation: a snapshot sees the same rows with repeatable_read as with serializable.",
      validValues: ["serializable", "repeatable_read"],
      unsupportedValues: ["read_committed", "read_uncommitted"], group: group("Snapshot")),
  ]

  private static let errors: [KeyDefinition] = [
    KeyDefinition(
      "errors.max.retries", .int, default: "-1", "Tries after errors that may pass; -1: without limit.",
      range: -1...Int64(Int32.max), group: group("Errors")),
    KeyDefinition(
      "retriable.restart.connector.wait.ms", .long, default: "10000", "The longest wait before such a try.",
      range: 0...Int64(Int32.max), group: group("Errors")),
  ]

  static func group(_ name: String) -> String { name }

  private static func list(_ name: String, _ documentation: String) -> KeyDefinition {
    KeyDefinition(name, .list, documentation, group: group("Filters"), check: { PatternList.problem(in: $0) })
  }

  private static func flag(_ name: String, _ value: String, _ documentation: String) -> KeyDefinition {
    KeyDefinition(name, .boolean, default: value, documentation, group: group("Events"))
  }

  private static func topicPrefixProblem(_ value: String) -> String? {
    let isFine = value.utf8.allSatisfy { Character(Unicode.Scalar($0)).isASCII && isNameByte($0) }
    return isFine ? nil : "only letters, digits, dots, underscores and hyphens are allowed"
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private static func slotNameProblem(_ value: String) -> String? {
    let isFine = value.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
      default: false
      }
    }
    return isFine && (1...63).contains(value.utf8.count)
      ? nil : "a slot's name has 1 to 63 small letters, digits and underscores"
  }

  private static func operationsProblem(_ value: String) -> String? {
    for part in value.split(separator: ",") {
      let name = part.filter { $0 != " " }
      if !["c", "u", "d", "t", "none"].contains(name) { return "\(name) is none of c, u, d, t, none" }
    }
    return nil
  }
}
