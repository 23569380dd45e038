internal import ChangeModel

/// A table that the task writes, with what was compiled for it.
final class TargetTable {
  let name: TargetName
  /// As the catalogue has it; nil: not read yet.
  var catalog: CatalogTable?
  /// The plans for its rows, by layouts.
  var plans: [PlanKey: RowPlan] = [:]
  /// What one batch does to it.
  let segment = Segment()

  init(_ name: TargetName) { self.name = name }

  /// Layouts of an event's row (-1: none) and key.
  struct PlanKey: Hashable {
    var row: Int32
    var key: Int32
  }
}
