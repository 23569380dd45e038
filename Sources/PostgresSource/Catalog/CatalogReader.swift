internal import ChangeModel
internal import PostgresClient

/// Reads tables from the system catalogue of one database.
struct CatalogReader {
  private var types = TypeCatalog()

  init() {}

  /// Forgets the types that were read before.
  mutating func forgetTypes() { types.removeAll() }

  /// All ordinary and partitioned tables outside of the system's schemas, by name.
  static func tables(on connection: PostgresConnection) throws(CDCError) -> [TableEntry] {
    let result = try connection.query(
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname !~ '^pg_temp_'
      ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
      """)
    return (0..<result.rowCount).compactMap { row in
      guard let id = result[row, 0].flatMap({ UInt32($0) }), let schema = result[row, 1], let table = result[row, 2]
      else { return nil }
      return TableEntry(id: id, schema: schema, table: table, kind: result[row, 3] ?? "r")
    }
  }

  /// A table by its id; nil: it does not exist any more.
  mutating func table(_ id: UInt32, on connection: PostgresConnection) throws(CDCError) -> CatalogTable? {
    let result = try connection.query(
      """
      SELECT n.nspname, c.relname, c.relreplident
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid
      """, [String(id)])
    guard result.rowCount == 1, let schema = result[0, 0], let table = result[0, 1] else { return nil }
    return CatalogTable(
      id: id, schema: schema, table: table, replicaIdentity: result[0, 2]?.utf8.first ?? UInt8(ascii: "d"),
      columns: try columns(id, on: connection), keyColumns: try Self.keyColumns(id, on: connection))
  }

  /// A column's type where only the stream tells of it.
  mutating func type(
    _ id: UInt32, modifier: Int32, on connection: PostgresConnection
  ) throws(CDCError) -> ColumnType {
    try types.resolve(id, modifier: modifier, isSerial: false, on: connection).type
  }

  private mutating func columns(_ id: UInt32, on connection: PostgresConnection) throws(CDCError) -> [CatalogColumn] {
    let generated = connection.serverVersion >= 120_000 ? "a.attgenerated <> ''" : "false"
    let result = try connection.query(
      """
      SELECT a.attname, a.atttypid, a.atttypmod, a.attnotnull, \(generated),
        pg_catalog.pg_get_expr(d.adbin, d.adrelid)
      FROM pg_catalog.pg_attribute a
      LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
      """, [String(id)])
    var columns: [CatalogColumn] = []
    for row in 0..<result.rowCount {
      guard let name = result[row, 0], let typeID = result[row, 1].flatMap({ UInt32($0) }) else { continue }
      let modifier = result[row, 2].flatMap { Int32($0) } ?? -1
      let isGenerated = result[row, 4] == "t"
      let expression = isGenerated ? nil : result[row, 5]
      let (type, isNotNull) = try types.resolve(
        typeID, modifier: modifier, isSerial: expression?.contains("nextval(") ?? false, on: connection)
      columns.append(
        CatalogColumn(
          name: name, typeID: typeID, typeModifier: modifier, type: type,
          isOptional: !(result[row, 3] == "t" || isNotNull),
          defaultValue: DefaultExpression.parse(expression, for: type), isGenerated: isGenerated))
    }
    return columns
  }

  /// The primary key's columns; without one those of the first unique index by name. Indexes over expressions don't
  /// count; nullable and partial ones do, as in Debezium.
  private static func keyColumns(_ id: UInt32, on connection: PostgresConnection) throws(CDCError) -> [String] {
    let count = connection.serverVersion >= 110_000 ? "i.indnkeyatts" : "i.indnatts"
    let result = try connection.query(
      """
      SELECT x.relname, a.attname
      FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
      CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS k (number, place)
      LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
      WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND k.place <= \(count)
      ORDER BY i.indisprimary DESC, x.relname COLLATE "C", k.place
      """, [String(id)])
    var index: String?
    var columns: [String] = []
    var isUsable = true
    for row in 0..<result.rowCount {
      if result[row, 0] != index {
        if index != nil, isUsable { break }
        index = result[row, 0]
        columns = []
        isUsable = true
      }
      if let name = result[row, 1] { columns.append(name) } else { isUsable = false }
    }
    return isUsable ? columns : []
  }
}
