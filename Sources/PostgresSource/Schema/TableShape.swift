internal import ChangeModel
internal import PostgresClient

/// Makes schemas from the catalogue: for tables that a snapshot reads, and for those that the stream announces.
struct TableShape {
  let database: String
  let filter: CaptureFilter
  private(set) var book = SchemaBook()
  private var reader = CatalogReader()

  init(database: String, filter: CaptureFilter) {
    self.database = database
    self.filter = filter
  }

  /// The schema of a table as the catalogue has it now, and the names of its columns in a row's order. Nil: dropped.
  mutating func snapshotSchema(
    of id: UInt32, on connection: PostgresConnection
  ) throws(CDCError) -> (schema: TableSchema, table: CatalogTable)? {
    guard let table = try reader.table(id, on: connection) else { return nil }
    let columns = table.columns.filter { !$0.isGenerated }
    let key = Set(table.keyColumns).isSubset(of: columns.map(\.name)) ? table.keyColumns : []
    let parts = try parts(
      schema: table.schema, table: table.table, key: key,
      columns: columns.map { (name: $0.name, type: $0.type, isOptional: $0.isOptional, defaultValue: $0.defaultValue) })
    let schema = book.schema(
      of: id, name: TableName(database: database, schema: table.schema, table: table.table), columns: parts.columns,
      keyColumns: parts.keyColumns, beforeImage: Self.beforeImage(table.replicaIdentity))
    return (schema, table)
  }

  /// The plan for a table that the stream announced. Columns are those of the message; what it does not tell (nulls,
  /// defaults, the key) comes from the live catalogue, as far as the table is still there.
  mutating func plan(
    for message: RelationMessage, on connection: () throws(CDCError) -> PostgresConnection
  ) throws(CDCError) -> RelationPlan {
    guard try filter.captures(schema: message.schema, table: message.table) else {
      return RelationPlan(passingOver: message)
    }
    let connection = try connection()
    reader.forgetTypes()
    let live = try reader.table(message.id, on: connection)
    var columns: [(name: String, type: ColumnType, isOptional: Bool, defaultValue: ColumnDefault?)] = []
    for column in message.columns {
      let known = live?.columns.first { $0.name == column.name && $0.typeID == column.typeID }
      if let known, known.typeModifier == column.typeModifier {
        columns.append((column.name, known.type, known.isOptional, known.defaultValue))
      } else {
        let type = try reader.type(column.typeID, modifier: column.typeModifier, on: connection)
        columns.append((column.name, type, known?.isOptional ?? true, known?.defaultValue))
      }
    }
    let key = keyNames(of: message, live: live)
    let parts = try parts(schema: message.schema, table: message.table, key: key, columns: columns)
    let schema = book.schema(
      of: message.id, name: TableName(database: database, schema: message.schema, table: message.table),
      columns: parts.columns, keyColumns: parts.keyColumns, beforeImage: Self.beforeImage(message.replicaIdentity))
    let places = key.compactMap { name in message.columns.firstIndex { $0.name == name } }
    return RelationPlan(message, schema: schema, keeps: parts.keeps, keyPlaces: places)
  }

  /// The key's columns: of the live table; where the live key does not fit the rows any more, of the schema before; else
  /// the replica identity.
  private func keyNames(of message: RelationMessage, live: CatalogTable?) -> [String] {
    let names = Set(message.columns.map(\.name))
    if let live, names.isSuperset(of: live.keyColumns) { return live.keyColumns }
    if let known = book[message.id] {
      let key = known.keyColumns.map { known.columns[$0].name }
      if !key.isEmpty, names.isSuperset(of: key) { return key }
    }
    guard message.replicaIdentity != UInt8(ascii: "f") else { return [] }
    return message.columns.filter(\.isIdentity).map(\.name)
  }

  /// Leaves out what the column lists leave out. Columns of the key stay in the row for the key.
  private func parts(
    schema: String, table: String, key: [String],
    columns: [(name: String, type: ColumnType, isOptional: Bool, defaultValue: ColumnDefault?)]
  ) throws(CDCError) -> (columns: [Column], keyColumns: [Int], keeps: [Bool]) {
    var kept: [Column] = []
    var keeps: [Bool] = []
    for column in columns {
      let isInValue = try filter.captures(column: column.name, schema: schema, table: table)
      let keepsColumn = isInValue || key.contains(column.name)
      keeps.append(keepsColumn)
      guard keepsColumn else { continue }
      kept.append(
        Column(
          name: column.name, type: column.type, isOptional: column.isOptional, defaultValue: column.defaultValue,
          isInValue: isInValue))
    }
    return (kept, key.compactMap { name in kept.firstIndex { $0.name == name } }, keeps)
  }

  private static func beforeImage(_ replicaIdentity: UInt8) -> BeforeImage {
    switch replicaIdentity {
    case UInt8(ascii: "f"): .full
    case UInt8(ascii: "n"): .none
    default: .key
    }
  }
}
