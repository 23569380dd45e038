internal import Settings

/// Kafka Connect's `InsertHeader`: each record gets a header.
final class InsertHeader: RecordStage {
  static let type = StageType.whole(
    "InsertHeader",
    [
      KeyDefinition("header", required: true, importance: .high, "The header's name."),
      KeyDefinition("value.literal", required: true, importance: .high, "Its value."),
    ]
  ) { order throws(StageProblem) in InsertHeader(order) }

  let className: String
  let sides: RecordSides = []
  private let name: String
  private let value: [UInt8]

  init(_ order: StageOrder) {
    className = order.className
    name = order.config.string("header")
    value = HeaderValue.text(order.config.string("value.literal"), order.setup.headerConverter)
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    value.withUnsafeBytes { record.headers.add(name, $0) }
  }
}
