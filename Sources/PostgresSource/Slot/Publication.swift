internal import ChangeModel
internal import PostgresClient

/// The publication that the slot's stream goes through.
struct Publication {
  /// What `publication.autocreate.mode` says.
  enum AutoCreate: String, Sendable {
    /// It must exist.
    case disabled
    /// One of all tables is made where there is none.
    case allTables = "all_tables"
    /// One of the captured tables is made, and kept equal to the filters.
    case filtered
    /// One without tables is made where there is none; the operator adds them.
    case noTables = "no_tables"
  }

  let name: String
  let mode: AutoCreate

  /// What the catalogue says about a publication.
  private struct Found {
    var isOfAllTables: Bool
    var viaRoot: Bool
    var operations: String
  }

  /// Makes or changes the publication as its mode says. Returns notices about captured tables and operations that it
  /// leaves out.
  ///
  /// Throws `publicationMissing`, `publicationUnusable`, and what the server says about a lack of rights.
  func ensure(captured: [TableEntry], on connection: PostgresConnection) throws(CDCError) -> [String] {
    guard let found = try find(on: connection) else {
      try create(captured, on: connection)
      return []
    }
    if found.viaRoot, captured.contains(where: \.isPartitioned) {
      throw CDCError(
        .publicationUnusable,
        "The publication \(name) publishes partitioned tables as their root; run "
          + "ALTER PUBLICATION \(SQLText.identifier(name)) SET (publish_via_partition_root = false)")
    }
    var notices: [String] = []
    if !found.operations.isEmpty {
      notices.append("the publication \(name) leaves out \(found.operations)")
    }
    guard !found.isOfAllTables else { return notices }
    let published = try tables(on: connection)
    let leaves = captured.filter { !$0.isPartitioned }.map(\.qualified)
    if mode == .filtered {
      if Set(published) != Set(leaves) { try set(captured, on: connection) }
      return notices
    }
    let missing = leaves.filter { !Set(published).contains($0) }
    if !missing.isEmpty {
      let list = missing.prefix(5).joined(separator: ", ") + (missing.count > 5 ? ", …" : "")
      notices.append("the publication \(name) does not have \(missing.count) captured tables: \(list)")
    }
    return notices
  }

  private func find(on connection: PostgresConnection) throws(CDCError) -> Found? {
    let viaRoot = connection.serverVersion >= 130_000 ? "pubviaroot" : "false"
    let truncate = connection.serverVersion >= 110_000 ? "CASE WHEN NOT pubtruncate THEN 'truncates' END" : "NULL"
    let result = try connection.query(
      """
      SELECT puballtables, \(viaRoot), concat_ws(', ', CASE WHEN NOT pubinsert THEN 'inserts' END,
        CASE WHEN NOT pubupdate THEN 'updates' END, CASE WHEN NOT pubdelete THEN 'deletes' END, \(truncate))
      FROM pg_catalog.pg_publication WHERE pubname = $1
      """, [name])
    guard result.rowCount == 1 else { return nil }
    return Found(isOfAllTables: result[0, 0] == "t", viaRoot: result[0, 1] == "t", operations: result[0, 2] ?? "")
  }

  private func tables(on connection: PostgresConnection) throws(CDCError) -> [String] {
    let result = try connection.query(
      "SELECT schemaname || '.' || tablename FROM pg_catalog.pg_publication_tables WHERE pubname = $1", [name])
    return (0..<result.rowCount).compactMap { result[$0, 0] }
  }

  private func create(_ captured: [TableEntry], on connection: PostgresConnection) throws(CDCError) {
    let quoted = SQLText.identifier(name)
    switch mode {
    case .disabled:
      throw CDCError(
        .publicationMissing, "The publication \(name) does not exist, and publication.autocreate.mode is disabled")
    case .allTables: try run("CREATE PUBLICATION \(quoted) FOR ALL TABLES", on: connection)
    case .noTables: try run("CREATE PUBLICATION \(quoted)", on: connection)
    case .filtered:
      try run("CREATE PUBLICATION \(quoted) FOR TABLE \(try list(captured))", on: connection)
    }
  }

  private func set(_ captured: [TableEntry], on connection: PostgresConnection) throws(CDCError) {
    try run("ALTER PUBLICATION \(SQLText.identifier(name)) SET TABLE \(try list(captured))", on: connection)
  }

  private func list(_ captured: [TableEntry]) throws(CDCError) -> String {
    let leaves = captured.filter { !$0.isPartitioned }
    guard !leaves.isEmpty else {
      throw CDCError(
        .publicationUnusable,
        "The filters capture no table, so that the publication \(name) can't be made with publication.autocreate.mode "
          + "filtered")
    }
    return leaves.map { "ONLY \(SQLText.identifier($0.schema, $0.table))" }.joined(separator: ", ")
  }

  private func run(_ sql: String, on connection: PostgresConnection) throws(CDCError) {
    do throws(CDCError) { try connection.execute(sql) } catch {
      switch connection.lastError?.sqlState {
      // Another process made it in between.
      case "42710": return
      case "42501":
        throw CDCError(
          .publicationUnusable,
          "The user may not make or change the publication \(name) (publication.autocreate.mode "
            + "\(mode.rawValue)): make it as an owner of the tables, or as a superuser for all tables",
          cause: error.cause)
      default: throw error
      }
    }
  }
}
