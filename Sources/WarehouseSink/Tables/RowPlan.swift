internal import ChangeModel
internal import ColumnCodecs
internal import EventEncoding

/// How events with certain layouts become rows of a staging table: compiled once, then only numbers.
final class RowPlan {
  /// Where a staged column's value is from.
  enum Source: UInt8 { case key, row, deletedFlag }

  /// A step: one column of the staging table.
  struct Step {
    var field: CopyField
    var source: Source
    /// The field's place in its layout.
    var slot: Int32
    /// What stands for null: a place in `defaults`; count 0: a null.
    var defaultOffset: Int32 = 0
    var defaultCount: Int32 = 0
  }

  /// A column of the target that is written.
  struct Target {
    var column: CatalogTable.Column
    var match: ColumnMatch
    var fieldName: String
  }

  let table: TargetName
  let key: TargetTable.PlanKey
  /// Per staged column; the key's columns come first.
  let steps: ContiguousArray<Step>
  /// The same columns, for SQL and messages.
  let targets: [Target]
  /// How many of them are the key's.
  let keyCount: Int
  /// Whether the key is all of the record's key, so that its bytes can be compared as they stand.
  let usesWholeKey: Bool
  /// COPY fields that stand for nulls.
  let defaults: [UInt8]
  /// The staging table's name.
  let stage: String
  let statements: ApplyStatements
  /// Places (in the row's layout) of fields whose columns may be left out of an update by the source.
  let toastable: [Int]

  init(
    table: CatalogTable, key: TargetTable.PlanKey, steps: ContiguousArray<Step>, targets: [Target], keyCount: Int,
    usesWholeKey: Bool, defaults: [UInt8], stage: String
  ) {
    self.table = table.name
    self.key = key
    self.steps = steps
    self.targets = targets
    self.keyCount = keyCount
    self.usesWholeKey = usesWholeKey
    self.defaults = defaults
    self.stage = stage
    toastable = steps.indices.filter { $0 >= keyCount && targets[$0].column.isToastable && steps[$0].source == .row }
    statements = ApplyStatements(table: table, targets: targets, keyCount: keyCount, stage: stage)
  }
}
