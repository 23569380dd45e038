internal import ChangeModel
internal import PostgresClient

/// The sink's memory of rows that are on their way from one key to another, in its target and in the transaction of the
/// rows.
///
/// A changed key comes as two halves, in two partitions and perhaps to two tasks: the delete of the old key and the create
/// of the new one. The create does not tell values that stayed the same and are stored out of line (TOAST): these are in
/// the old row. Whichever half comes first leaves here what the other one needs: the delete the old row (`o`), the create
/// the names of the columns that it lacks (`n`).
final class MoveTable {
  /// A key change by the bytes of both keys.
  struct Pair: Hashable {
    var old: [UInt8]
    var new: [UInt8]
  }

  /// What the other half left.
  struct Left {
    var id: String
    /// Whether the old row was there.
    var hasRow: Bool
    /// Columns that the new row lacks.
    var absent: [String]
  }

  static let name = "cdc_sink_moves"

  private let sink: String
  private let table: String
  private let connection: PostgresConnection
  /// New rows that still lack values: by target, the old key of each new key.
  private var waiting: [String: [[UInt8]: [UInt8]]] = [:]

  init(sink: String, table: String, _ connection: PostgresConnection) {
    self.sink = sink
    self.table = table
    self.connection = connection
  }

  /// Makes the table where it is missing.
  func prepare() throws(CDCError) {
    let doing = "Preparing the table \(Self.name)"
    let found = try connection.run("SELECT to_regclass($1) IS NOT NULL", [table], doing: doing)
    if found[0, 0] == "t" { return }
    try connection.transaction(doing) { () throws(CDCError) in
      try connection.run("SELECT pg_advisory_xact_lock(hashtext($1))", [Self.name], doing: doing)
      try connection.run(
        """
        CREATE TABLE IF NOT EXISTS \(table) (id bigserial PRIMARY KEY, sink text NOT NULL, target text NOT NULL,
          old_key text NOT NULL, new_key text NOT NULL, kind "char" NOT NULL, old_row text, absent text[], new_keys jsonb,
          made timestamptz NOT NULL DEFAULT now())
        """, doing: doing)
      try connection.run(
        "CREATE INDEX IF NOT EXISTS \(SQLText.identifier(Self.name + "_pair")) ON \(table) (sink, target, old_key, new_key)",
        doing: doing)
    }
  }

  /// Reads which new rows still lack values, after other tasks may have changed that.
  func reload() throws(CDCError) {
    waiting = [:]
    let rows = try connection.run(
      "SELECT target, new_key, old_key FROM \(table) WHERE sink = $1 AND kind = 'n'", [sink],
      doing: "Reading the table \(Self.name)")
    for row in rows.rows {
      waiting[row[0] ?? "", default: [:]][Self.bytes(row[1])] = Self.bytes(row[2])
    }
  }

  /// Whether any new row lacks values.
  var hasWaiting: Bool { !waiting.isEmpty }

  /// The key change because of which the row with this key lacks values; nil: it lacks none.
  func waitingPair(_ target: TargetName, key: [UInt8]) -> Pair? {
    waiting[target.sql]?[key].map { Pair(old: $0, new: key) }
  }

  /// Takes what the other half left, and keeps any other task from looking at this pair until the transaction's end.
  func take(_ pair: Pair, _ target: TargetName, leftByOld: Bool) throws(CDCError) -> Left? {
    let doing = "Reading the table \(Self.name)"
    let keys = [sink, target.sql, Self.text(pair.old), Self.text(pair.new)]
    try connection.run(
      "SELECT pg_advisory_xact_lock(hashtext($1 || ' ' || $2), hashtext($3 || ' ' || $4))", keys, doing: doing)
    let row = try connection.run(
      """
      SELECT id, old_row IS NOT NULL, absent FROM \(table)
      WHERE sink = $1 AND target = $2 AND old_key = $3 AND new_key = $4 AND kind = '\(leftByOld ? "o" : "n")'
      ORDER BY id LIMIT 1
      """, keys, doing: doing)
    guard row.rowCount == 1, let id = row[0, 0] else { return nil }
    let names = try connection.run(
      "SELECT unnest(absent) FROM \(table) WHERE id = $1::bigint", [id], doing: doing)
    return Left(id: id, hasRow: row[0, 1] == "t", absent: names.rows.compactMap { $0[0] })
  }

  /// Forgets what was taken.
  func forget(_ left: Left, _ pair: Pair, _ target: TargetName) throws(CDCError) {
    waiting[target.sql]?[pair.new] = nil
    if waiting[target.sql]?.isEmpty == true { waiting[target.sql] = nil }
    try connection.run(
      "DELETE FROM \(table) WHERE id = $1::bigint", [left.id], doing: "Writing to the table \(Self.name)")
  }

  /// The delete came first: keeps the row whose key is staged. `matching` joins the target `t` with the stage `s`.
  func leaveOld(_ pair: Pair, _ target: TargetName, stage: String, matching: String) throws(CDCError) {
    let keys = [sink, target.sql, Self.text(pair.old), Self.text(pair.new)]
    try connection.run(
      """
      INSERT INTO \(table) (sink, target, old_key, new_key, kind, old_row) SELECT $1, $2, $3, $4, 'o',
        (SELECT t::text FROM \(target.sql) t JOIN pg_temp.\(stage) s ON \(matching) LIMIT 1)
      """, keys, doing: "Writing to the table \(Self.name)")
  }

  /// The create came first: keeps the names of the columns that the staged row lacks.
  func leaveNew(
    _ pair: Pair, _ target: TargetName, absent: [String], keyColumns: [String], stage: String, matching: String
  ) throws(CDCError) {
    let keyPairs = keyColumns.map { "\(SQLText.literal($0)), t.\(SQLText.identifier($0))" }.joined(separator: ", ")
    let list = absent.map { SQLText.literal($0) }.joined(separator: ", ")
    try connection.run(
      """
      INSERT INTO \(table) (sink, target, old_key, new_key, kind, absent, new_keys)
      SELECT $1, $2, $3, $4, 'n', ARRAY[\(list)]::text[], jsonb_build_object(\(keyPairs))
      FROM \(target.sql) t JOIN pg_temp.\(stage) s ON \(matching) LIMIT 1
      """, [sink, target.sql, Self.text(pair.old), Self.text(pair.new)], doing: "Writing to the table \(Self.name)")
    waiting[target.sql, default: [:]][pair.new] = pair.old
  }

  /// A later event told some of the values that a waiting row lacked, or deleted it (`present` nil).
  func settle(_ pair: Pair, _ target: TargetName, present: [String]?) throws(CDCError) {
    guard let left = try take(pair, target, leftByOld: false) else {
      waiting[target.sql]?[pair.new] = nil
      return
    }
    let remaining = present.map { present in left.absent.filter { !present.contains($0) } } ?? []
    // The old half still finds the entry, with nothing to do, so that halves stay matched.
    let list = remaining.map { SQLText.literal($0) }.joined(separator: ", ")
    try connection.run(
      "UPDATE \(table) SET absent = ARRAY[\(list)]::text[] WHERE id = $1::bigint", [left.id],
      doing: "Writing to the table \(Self.name)")
  }

  /// The delete comes second: gives the new row what it lacks, from the row whose key is staged.
  func complete(_ left: Left, _ target: TargetName, keyColumns: [String], stage: String, oldMatching: String)
    throws(CDCError)
  {
    guard !left.absent.isEmpty else { return }
    let assignments = left.absent.map { SQLText.identifier($0) }.map { "\($0) = t.\($0)" }.joined(separator: ", ")
    let newKey = keyColumns.map { SQLText.identifier($0) }.map {
      "n.\($0) = (SELECT (jsonb_populate_record(NULL::\(target.sql), new_keys)).\($0) FROM \(table) WHERE id = \(left.id))"
    }.joined(separator: " AND ")
    try connection.run(
      """
      UPDATE \(target.sql) n SET \(assignments) FROM \(target.sql) t JOIN pg_temp.\(stage) s ON \(oldMatching)
      WHERE \(newKey)
      """, doing: "Writing table \(target)")
  }

  /// The create comes second: puts the old row under the staged new key, so that what the create lacks is there.
  func restore(_ left: Left, _ target: TargetName, plan: RowPlan, absent: [String]) throws(CDCError) {
    guard left.hasRow else { return }
    let row = "((SELECT old_row FROM \(table) WHERE id = \(left.id))::\(target.sql))"
    let keys = plan.targets.prefix(plan.keyCount).map { SQLText.identifier($0.column.name) }
    let others = plan.targets.dropFirst(plan.keyCount).map { SQLText.identifier($0.column.name) }
    let keyValues = (0..<plan.keyCount).map { plan.targets[$0].match.expression("s.c\($0)") }
    let matching = plan.statements.matching
    let assignments = absent.map { SQLText.identifier($0) }.map { "\($0) = \(row).\($0)" }.joined(separator: ", ")
    let doing = "Writing table \(target)"
    try connection.run(
      """
      INSERT INTO \(target.sql) (\((keys + others).joined(separator: ", ")))\(plan.statements.overriding)
      SELECT \((keyValues + others.map { "\(row).\($0)" }).joined(separator: ", ")) FROM pg_temp.\(plan.stage) s
      WHERE NOT EXISTS (SELECT FROM \(target.sql) t WHERE \(matching))
      """, doing: doing)
    guard !assignments.isEmpty else { return }
    try connection.run(
      "UPDATE \(target.sql) t SET \(assignments) FROM pg_temp.\(plan.stage) s WHERE \(matching)", doing: doing)
  }

  private static func text(_ key: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: key.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func bytes(_ text: String?) -> [UInt8] {
    let digits = Array((text ?? "").utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
    }
  }
}
