/// Kafka Connect's `Filter`: drops records; with a predicate, those for which it holds.
final class Filter: RecordStage {
  static let type = StageType.whole("Filter", []) { order throws(StageProblem) in Filter(order) }

  let className: String
  let sides: RecordSides = []

  init(_ order: StageOrder) { className = order.className }

  func apply(_ record: StageRecord) throws(StageFailure) { record.isDropped = true }
}
