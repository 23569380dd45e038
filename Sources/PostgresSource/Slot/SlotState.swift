internal import ChangeModel
internal import PostgresClient

/// A replication slot as `pg_replication_slots` shows it.
struct SlotState: Sendable, Equatable {
  var name: String
  var plugin: String
  var database: String
  /// The process that reads it now.
  var activePID: Int?
  /// `reserved`, `extended`, `unreserved` or `lost`; nil before version 13.
  var walStatus: String?
  /// What its reader confirmed; nil where the server lost it.
  var confirmed: LSN?

  /// Reads a slot; nil: there is none of this name.
  static func read(_ name: String, on connection: PostgresConnection) throws(CDCError) -> SlotState? {
    let status = connection.serverVersion >= 130_000 ? "wal_status" : "NULL"
    let result = try connection.query(
      """
      SELECT coalesce(plugin, ''), coalesce(database, ''), active_pid, \(status), confirmed_flush_lsn
      FROM pg_catalog.pg_replication_slots WHERE slot_name = $1
      """, [name])
    guard result.rowCount == 1 else { return nil }
    return SlotState(
      name: name, plugin: result[0, 0] ?? "", database: result[0, 1] ?? "", activePID: result[0, 2].flatMap { Int($0) },
      walStatus: result[0, 3], confirmed: result[0, 4].flatMap { LSN($0) })
  }

  /// Checks that the slot can serve a connector of this database. Throws `slotMismatch` or `slotLost`; else returns what
  /// was confirmed.
  func checkUsable(database expected: String) throws(CDCError) -> LSN {
    guard plugin == "pgoutput" else {
      let kind = plugin.isEmpty ? "a physical slot" : "a slot of the plug-in \(plugin)"
      throw CDCError(.slotMismatch, "The slot \(name) is \(kind), not of pgoutput")
    }
    guard database == expected else {
      throw CDCError(.slotMismatch, "The slot \(name) belongs to the database \(database), not to \(expected)")
    }
    guard walStatus != "lost", let confirmed else {
      throw CDCError(
        .slotLost, "The server invalidated the slot \(name): the log that it needs was removed (wal_status lost)")
    }
    return confirmed
  }

  /// Checks that the slot still has everything behind a stored position.
  func check(stored: LSN, database: String) throws(CDCError) {
    let confirmed = try checkUsable(database: database)
    guard confirmed <= stored else {
      throw CDCError(
        .slotMoved,
        "The slot \(name) stands at \(confirmed), behind which the stored position \(stored) can't be read any more: it "
          + "was dropped and made again, or someone else read it")
    }
  }
}
