internal import ChangeModel
internal import Settings

/// Kafka Connect's `TopicNameMatches`: the whole name of a record's topic matches a pattern.
final class TopicNameMatches: RecordPredicate {
  static let type = PredicateType(
    "TopicNameMatches",
    [
      KeyDefinition(
        "pattern", required: true, "A Java pattern that the whole name of the record's topic must match.",
        check: { $0.isEmpty ? "must not be empty" : nil })
    ]
  ) { config throws(StageProblem) in try TopicNameMatches(config.string("pattern")) }

  private let pattern: JavaPattern
  private var verdicts: [Int32: Bool] = [:]

  init(_ pattern: String) throws(StageProblem) {
    do throws(PatternProblem) { self.pattern = try JavaPattern(pattern) } catch {
      throw StageProblem("pattern", pattern, "\(error)")
    }
  }

  func test(_ record: StageRecord) throws(StageFailure) -> Bool {
    if let known = verdicts[record.topic] { return known }
    do throws(CDCError) {
      let verdict = try pattern.matches(record.topics[record.topic])
      verdicts[record.topic] = verdict
      return verdict
    } catch { throw .record(error) }
  }
}
