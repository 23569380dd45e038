internal import ChangeModel
internal import ColumnCodecs
internal import EventEncoding

/// The fields of an event that are written, and the columns that they go to.
struct PlanFields {
  /// A field with its column.
  struct Entry {
    var field: EventField
    var column: String
    var source: RowPlan.Source
    /// Its place in its layout.
    var slot: Int
  }

  let table: TargetName
  /// The key's fields first.
  private(set) var entries: [Entry] = []
  private(set) var keyCount = 0
  /// Whether all fields of the record's key are taken.
  private(set) var usesWholeKey = true
  /// Whether there is no row, only a key.
  let isOnlyKey: Bool

  init(
    table: TargetName, key: RowLayout, row: RowLayout?, config: WarehouseConfig, addedColumn: String?
  ) throws(CDCError) {
    self.table = table
    isOnlyKey = row == nil
    func column(_ name: String) -> String { config.foldsNames ? name.lowercased() : name }
    if key.fields.count == 1, key.fields[0].name.isEmpty {
      guard config.keyFields.count == 1, var field = key.fields.first else {
        throw CDCError(
          .warehouseKeyColumns, "The key of the records for table \(table) is a single value and needs a column's name")
      }
      field.name = config.keyFields[0]
      entries.append(Entry(field: field, column: column(field.name), source: .key, slot: 0))
    } else {
      let wanted = config.keyFields.isEmpty ? key.fields.map(\.name) : config.keyFields
      for name in wanted {
        guard let slot = key.index(of: name) else {
          throw CDCError(
            .warehouseKeyColumns, "The key of the records for table \(table) has no field \(name) (pk.fields)")
        }
        entries.append(Entry(field: key.fields[slot], column: column(name), source: .key, slot: slot))
      }
      usesWholeKey = wanted.count == key.fields.count
    }
    keyCount = entries.count
    let keys = Set(entries.map(\.column))
    for (slot, field) in (row?.fields ?? []).enumerated() where !keys.contains(column(field.name)) {
      guard config.fields.isEmpty || config.fields.contains(field.name) else { continue }
      entries.append(Entry(field: field, column: column(field.name), source: .row, slot: slot))
    }
    if let addedColumn, row != nil {
      var field = EventField(name: addedColumn, form: EventForm(.text))
      field.isOptional = true
      entries.append(Entry(field: field, column: column(addedColumn), source: .deletedFlag, slot: 0))
    }
  }

  /// The fields without a column.
  func missing(in table: CatalogTable?) -> [Entry] {
    entries.filter { table?.column($0.column) == nil }
  }
}
