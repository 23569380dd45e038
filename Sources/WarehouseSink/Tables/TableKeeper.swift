internal import ChangeModel
internal import EventEncoding
internal import PostgresClient

/// Knows the tables that a task writes: makes and extends them where that is wanted, and compiles the plans for their
/// rows. It lives as long as its connection, because the staging tables do.
final class TableKeeper {
  private let config: WarehouseConfig
  private let connection: PostgresConnection
  private let addedColumn: String?
  private var tables: [TargetName: TargetTable] = [:]
  private var stages = 0

  init(_ config: WarehouseConfig, _ connection: PostgresConnection, addedColumn: String?) {
    self.config = config
    self.connection = connection
    self.addedColumn = addedColumn
  }

  /// The table of this name, known or not.
  func table(_ name: TargetName) -> TargetTable {
    if let known = tables[name] { return known }
    let made = TargetTable(name)
    tables[name] = made
    return made
  }

  /// The plan for rows with these layouts; nil: there is nothing to do, because only deletes came for a table that is
  /// not there. Statements run outside of the rows' transaction.
  func plan(
    _ table: TargetTable, _ key: TargetTable.PlanKey, _ layouts: [RowLayout]
  ) throws(CDCError) -> RowPlan? {
    if let known = table.plans[key] { return known }
    let fields = try PlanFields(
      table: table.name, key: layouts[Int(key.key)], row: key.row < 0 ? nil : layouts[Int(key.row)],
      config: config, addedColumn: addedColumn)
    guard let catalog = try catalog(of: table, fields) else { return nil }
    stages += 1
    let plan = try PlanCompiler(config: config, catalog: catalog)
      .compile(fields, key: key, stage: "cdc_stage_\(stages)")
    try connection.run(plan.statements.createStage, doing: "Making a staging table for \(table.name)")
    table.plans[key] = plan
    return plan
  }

  /// The table with all columns that the fields need; nil: it is missing and only deletes came.
  private func catalog(of table: TargetTable, _ fields: PlanFields) throws(CDCError) -> CatalogTable? {
    if let known = table.catalog, fields.missing(in: known).isEmpty { return known }
    let doing = "Reading the definition of table \(table.name)"
    var found: CatalogTable?
    do throws(CDCError) { found = try CatalogTable.read(table.name, connection) } catch {
      throw WarehouseErrors.wrapped(error, doing, connection)
    }
    if found == nil {
      guard !fields.isOnlyKey else { return nil }
      guard config.creates else {
        throw CDCError(.warehouseTableMissing, "The table \(table.name) does not exist in the warehouse")
      }
    }
    if let found, fields.missing(in: found).isEmpty {
      table.catalog = found
      return found
    }
    if found != nil, let name = fields.missing(in: found).first, !config.evolves {
      throw CDCError(
        .warehouseColumnMissing, "The table \(table.name) has no column \(name.column) for the field of this name")
    }
    let changer = TableChanger(config: config, connection: connection)
    table.catalog = try changer.bring(table.name, to: fields)
    return table.catalog
  }
}
