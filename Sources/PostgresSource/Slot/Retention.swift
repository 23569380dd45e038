internal import ChangeModel
internal import PostgresClient

/// How much log the server keeps for a slot.
struct Retention {
  /// Bytes from the oldest that the slot needs to the end.
  var bytes: UInt64
  /// The log's end.
  var head: LSN

  /// Reads it from the server.
  static func read(_ slot: String, on connection: PostgresConnection) throws(CDCError) -> Retention {
    let result = try connection.query(
      """
      SELECT greatest(pg_catalog.pg_wal_lsn_diff(\(headFunction), restart_lsn), 0)::bigint, \(headFunction)
      FROM pg_catalog.pg_replication_slots WHERE slot_name = $1
      """, [slot])
    return Retention(
      bytes: result[0, 0].flatMap { UInt64($0) } ?? 0, head: result[0, 1].flatMap { LSN($0) } ?? .zero)
  }

  /// The log's end now.
  static func head(on connection: PostgresConnection) throws(CDCError) -> LSN {
    try connection.query("SELECT \(headFunction)")[0, 0].flatMap { LSN($0) } ?? .zero
  }

  /// A standby has no end of its own to write at.
  private static let headFunction =
    "CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() "
    + "ELSE pg_catalog.pg_current_wal_lsn() END"
}
