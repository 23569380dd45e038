/// A stage with the condition under which it acts.
struct StageStep {
  let stage: any RecordStage
  let predicate: (any RecordPredicate)?
  let isNegated: Bool

  func apply(_ record: StageRecord) throws(StageFailure) {
    if let predicate, try predicate.test(record) == isNegated { return }
    try stage.apply(record)
  }

  func sides(_ setup: RecordPipeline.Setup) -> RecordSides {
    stage.sides.union(predicate?.sides(setup) ?? [])
  }
}

/// A condition on records, one of the list `predicates`. It belongs to one thread.
protocol RecordPredicate: AnyObject {
  /// Whether it holds for a record.
  func test(_ record: StageRecord) throws(StageFailure) -> Bool

  /// What it looks into.
  func sides(_ setup: RecordPipeline.Setup) -> RecordSides
}

extension RecordPredicate {
  /// Nothing but topic and headers.
  func sides(_ setup: RecordPipeline.Setup) -> RecordSides { [] }
}
