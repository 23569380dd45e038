internal import Settings

/// Kafka Connect's `HasHeaderKey`: a record has a header of a name.
final class HasHeaderKey: RecordPredicate {
  static let type = PredicateType(
    "HasHeaderKey",
    [
      KeyDefinition(
        "name", required: true, "The header's name.", check: { $0.isEmpty ? "must not be empty" : nil })
    ]
  ) { config throws(StageProblem) in HasHeaderKey(config.string("name")) }

  private let name: [UInt8]

  init(_ name: String) { self.name = Array(name.utf8) }

  func test(_ record: StageRecord) throws(StageFailure) -> Bool { record.headers.contains(name) }
}
