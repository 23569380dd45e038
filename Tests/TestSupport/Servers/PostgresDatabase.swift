/// A database of its own in a server that tests share. It stays until the server goes.
public struct PostgresDatabase: Sendable {
  /// The server.
  public let server: PostgresServer
  /// The database's name.
  public let name: String

  /// Runs SQL in it, see `PostgresServer.psql`.
  @discardableResult public func psql(_ sql: String) throws -> String { try server.psql(sql, database: name) }

  /// A libpq connection string without the password.
  public var connectionString: String { server.connectionString(name) }

  /// Drops its replication slots (once their walsenders are gone) and the database, so that no WAL is kept for it.
  public func drop() throws {
    try server.psql(
      """
      SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE database = '\(name)' AND active;
      """)
    try eventually(within: .seconds(10)) {
      try server.psql("SELECT count(*) FROM pg_replication_slots WHERE database = '\(name)' AND active") == "0"
    }
    try server.psql(
      """
      SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '\(name)';
      DROP DATABASE IF EXISTS \(name) WITH (FORCE);
      """)
  }
}
