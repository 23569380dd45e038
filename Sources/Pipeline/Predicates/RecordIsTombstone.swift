internal import EventEncoding

/// Kafka Connect's `RecordIsTombstone`: a record's value is null.
final class RecordIsTombstone: RecordPredicate {
  static let type = PredicateType("RecordIsTombstone", []) { _ throws(StageProblem) in RecordIsTombstone() }

  func test(_ record: StageRecord) throws(StageFailure) -> Bool {
    // A null can stand inside of JSON; of other converters it is no bytes at all.
    record.value.isNull
  }

  func sides(_ setup: RecordPipeline.Setup) -> RecordSides { setup.valueFormat == .json ? .value : [] }
}
