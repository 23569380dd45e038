internal import ChangeModel
internal import PostgresClient

/// A table as the warehouse's catalogue tells it.
struct CatalogTable {
  /// A column.
  struct Column {
    var name: String
    /// The type with its modifiers, as SQL: `numeric(12,2)`.
    var type: String
    /// The type's own name, a domain's base: `numeric`, `_int4`.
    var typeName: String
    /// `b` base, `e` enumeration, `c` composite, `r` range, …
    var typeKind: String
    /// Of an array: the element's name, OID and kind.
    var elementName: String?
    var elementOID: UInt32
    var elementKind: String?
    var isNotNull: Bool
    /// Whether the server fills it itself, so that it can't be written.
    var isGenerated: Bool
    /// Whether an identity column only takes values with OVERRIDING SYSTEM VALUE.
    var isIdentityAlways: Bool
    /// Whether its values may be stored out of line, so that the source may leave them out of an update.
    var isToastable: Bool
  }

  var name: TargetName
  var columns: [Column]
  /// The columns of each unique index that covers all rows.
  var uniqueKeys: [Set<String>]

  func column(_ name: String) -> Column? { columns.first { $0.name == name } }

  /// Reads a table; nil: there is none of this name.
  static func read(_ name: TargetName, _ connection: PostgresConnection) throws(CDCError) -> CatalogTable? {
    let found = try connection.query(
      "SELECT c.oid, c.relkind FROM pg_class c WHERE c.oid = to_regclass($1)::oid", [name.sql])
    guard found.rowCount == 1, let oid = found[0, 0] else { return nil }
    let columns = try connection.query(
      """
      SELECT a.attname, format_type(a.atttypid, a.atttypmod), b.typname, b.typtype, e.typname, e.oid, e.typtype,
        a.attnotnull, a.attgenerated <> '', a.attidentity = 'a', b.typlen = -1
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
        LEFT JOIN pg_type e ON e.oid = b.typelem AND b.typcategory = 'A'
      WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
      """, [oid])
    let keys = try connection.query(
      """
      SELECT i.indexrelid, a.attname FROM pg_index i JOIN pg_attribute a
        ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1])
      WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
        AND i.indexprs IS NULL
      """, [oid])
    var sets: [String: Set<String>] = [:]
    for row in keys.rows { sets[row[0] ?? "", default: []].insert(row[1] ?? "") }
    return CatalogTable(name: name, columns: columns.rows.map(column), uniqueKeys: Array(sets.values))
  }

  private static func column(_ row: [String?]) -> Column {
    Column(
      name: row[0] ?? "", type: row[1] ?? "", typeName: row[2] ?? "", typeKind: row[3] ?? "", elementName: row[4],
      elementOID: UInt32(row[5] ?? "") ?? 0, elementKind: row[6], isNotNull: row[7] == "t", isGenerated: row[8] == "t",
      isIdentityAlways: row[9] == "t", isToastable: row[10] == "t")
  }
}
