internal import ChangeModel
internal import PostgresClient

/// What must be right with a server before anything is read from it.
enum ServerCheck {
  /// Checks version, encoding and, for streaming, the log's level.
  static func check(_ connection: PostgresConnection, streams: Bool) throws(CDCError) {
    let place = connection.settings.location
    guard connection.serverVersion >= 100_000 else {
      throw CDCError(.postgresVersion, "The server at \(place) has version \(connection.serverVersion)")
    }
    if let encoding = connection.parameter("server_encoding"), encoding != "UTF8" {
      throw CDCError(.postgresEncoding, "The database at \(place) has the encoding \(encoding)")
    }
    guard streams else { return }
    let level = try connection.query("SHOW wal_level")[0, 0] ?? ""
    guard level == "logical" else {
      throw CDCError(.postgresWALLevel, "wal_level is \(level) at \(place); logical is needed")
    }
  }

  /// Whether the user may start a walsender: a superuser, one with REPLICATION, or one of a hosted service's roles.
  static func mayReplicate(_ connection: PostgresConnection) throws(CDCError) -> Bool {
    let result = try connection.query(
      """
      SELECT r.rolsuper OR r.rolreplication OR EXISTS (
        SELECT 1 FROM pg_catalog.pg_roles g
        WHERE g.rolname IN ('rds_superuser', 'rds_replication', 'azure_pg_admin', 'cloudsqlsuperuser')
          AND pg_catalog.pg_has_role(r.oid, g.oid, 'MEMBER'))
      FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
      """)
    return result[0, 0] == "t"
  }

  /// A refused connection for replication, in words that say which right is missing.
  static func replicationRefusal(_ error: CDCError, _ settings: PostgresSettings) -> CDCError {
    guard error.code == .postgresPrivilege else { return error }
    return CDCError(
      .postgresReplicationRight, "The user \(settings.user) may not replicate (\(settings.location))",
      cause: error.cause)
  }
}
