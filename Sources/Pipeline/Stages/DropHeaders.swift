internal import Settings

/// Kafka Connect's `DropHeaders`: headers of these names go.
final class DropHeaders: RecordStage {
  static let type = StageType.whole(
    "DropHeaders", [KeyDefinition("headers", .list, required: true, importance: .high, "The names of the headers.")]
  ) { order throws(StageProblem) in DropHeaders(order) }

  let className: String
  let sides: RecordSides = []
  private let names: [[UInt8]]

  init(_ order: StageOrder) {
    className = order.className
    names = order.config.list("headers").map { Array($0.utf8) }
  }

  func apply(_ record: StageRecord) throws(StageFailure) { record.headers.remove(names) }
}
