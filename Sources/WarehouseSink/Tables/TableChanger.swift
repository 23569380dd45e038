internal import ChangeModel
internal import ColumnCodecs
internal import EventEncoding
internal import JSON
internal import PostgresClient

/// Makes tables and adds columns.
struct TableChanger {
  let config: WarehouseConfig
  let connection: PostgresConnection

  /// Brings a table to having all columns. Several tasks may do it at the same time: a lock lets one do it, and what
  /// another program was first with is read again.
  func bring(_ name: TargetName, to fields: PlanFields) throws(CDCError) -> CatalogTable {
    let doing = "Making or extending table \(name)"
    let types = ColumnTypes(postgis: try postgisSchema(fields))
    for attempt in 1...3 {
      do throws(CDCError) {
        try connection.transaction(doing) { () throws(CDCError) in
          try connection.run("SELECT pg_advisory_xact_lock(hashtext($1))", ["cdc " + name.description], doing: doing)
          if let found = try CatalogTable.read(name, connection) {
            try extend(found, fields, types, doing)
          } else {
            try create(name, fields, types, doing)
          }
        }
        break
      } catch {
        let raced = ["42P06", "42P07", "42701", "23505"].contains(connection.lastError?.sqlState ?? "")
        guard raced, attempt < 3 else { throw error }
      }
    }
    guard let made = try CatalogTable.read(name, connection) else {
      throw CDCError(.warehouseTableMissing, "The table \(name) is gone again after it was made")
    }
    return made
  }

  private func create(
    _ name: TargetName, _ fields: PlanFields, _ types: ColumnTypes, _ doing: String
  ) throws(CDCError) {
    if let schema = name.schema {
      let known = try connection.run(
        "SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema], doing: doing)
      if known.rowCount == 0 {
        try connection.run("CREATE SCHEMA IF NOT EXISTS \(SQLText.identifier(schema))", doing: doing)
      }
    }
    var columns: [String] = []
    for (index, entry) in fields.entries.enumerated() {
      // Only the key is required: a row whose value is not known yet (unchanged TOAST) must fit as well.
      let required = index < fields.keyCount ? " NOT NULL" : ""
      columns.append("\(SQLText.identifier(entry.column)) \(try type(of: entry, in: name, types))\(required)")
    }
    let key = fields.entries.prefix(fields.keyCount).map { SQLText.identifier($0.column) }.joined(separator: ", ")
    columns.append("PRIMARY KEY (\(key))")
    try connection.run("CREATE TABLE IF NOT EXISTS \(name.sql) (\(columns.joined(separator: ", ")))", doing: doing)
  }

  private func extend(
    _ table: CatalogTable, _ fields: PlanFields, _ types: ColumnTypes, _ doing: String
  ) throws(CDCError) {
    let actions = try fields.missing(in: table).map { (entry) throws(CDCError) in
      "ADD COLUMN IF NOT EXISTS \(SQLText.identifier(entry.column)) \(try type(of: entry, in: table.name, types))"
        + (defaultClause(entry.field) ?? "")
    }
    guard !actions.isEmpty else { return }
    try connection.run("ALTER TABLE \(table.name.sql) \(actions.joined(separator: ", "))", doing: doing)
  }

  private func type(
    of entry: PlanFields.Entry, in table: TargetName, _ types: ColumnTypes
  ) throws(CDCError) -> String {
    guard let type = types.sql(entry.field) else {
      throw CDCError(
        .warehouseFieldType,
        "The field \(entry.field.name) of the events for table \(table) has the type \(entry.field.typeName)")
    }
    return type
  }

  /// Rows that are there already get the constant that the source gave them when the column was added. A zero of a date,
  /// time or uuid stands for a function there (`now()`), so it is no constant.
  private func defaultClause(_ field: EventField) -> String? {
    guard let value = field.defaultValue else { return nil }
    switch (field.form.kind, value) {
    case (.integer, .number(let text)), (.float, .number(let text)), (.double, .number(let text)):
      return " DEFAULT \(SQLText.literal(text))"
    case (.boolean, .bool(let flag)): return " DEFAULT \(flag)"
    case (.text, .string(let text)) where field.semanticName != "io.debezium.data.Uuid":
      return " DEFAULT \(SQLText.literal(text))"
    default: return nil
    }
  }

  private func postgisSchema(_ fields: PlanFields) throws(CDCError) -> String? {
    guard fields.entries.contains(where: { $0.field.form.kind == .geometry || $0.field.element?.kind == .geometry })
    else { return nil }
    let schema = SQLText.identifier(config.postgisSchema)
    let found = try connection.run(
      "SELECT to_regtype($1) IS NOT NULL", ["\(schema).geometry"], doing: "Looking for PostGIS")
    return found[0, 0] == "t" ? schema : nil
  }
}
