internal import ChangeModel
internal import Settings

/// Kafka Connect's `RegexRouter`: a topic whose whole name matches is renamed.
final class RegexRouter: RecordStage {
  static let keys = [
    KeyDefinition("regex", required: true, importance: .high, "Pattern that a topic's whole name must match."),
    KeyDefinition(
      "replacement", required: true, importance: .high, "The new name; `$1` stands for the pattern's first group."),
  ]

  static let type = StageType.whole("RegexRouter", keys) { order throws(StageProblem) in
    try RegexRouter(order)
  }

  let className: String
  let sides: RecordSides = []
  private let pattern: JavaPattern
  private let replacement: JavaReplacement
  private let topics: TopicTable
  private var routes: [Int32: Int32] = [:]
  private var last: (from: Int32, to: Int32)?

  init(_ order: StageOrder) throws(StageProblem) {
    className = order.className
    topics = order.topics
    let (regex, text) = (order.config.string("regex"), order.config.string("replacement"))
    do throws(PatternProblem) { pattern = try JavaPattern(regex) } catch {
      throw StageProblem("regex", regex, "\(error)")
    }
    do throws(PatternProblem) { replacement = try pattern.replacement(text) } catch {
      throw StageProblem("replacement", text, "\(error)")
    }
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    if let last, last.from == record.topic {
      record.topic = last.to
      return
    }
    let from = record.topic
    let to = try route(from)
    last = (from, to)
    record.topic = to
  }

  private func route(_ number: Int32) throws(StageFailure) -> Int32 {
    if let known = routes[number] { return known }
    let topic = topics[number]
    do throws(CDCError) {
      let isMatch = try pattern.matches(topic)
      let route = isMatch ? topics.number(of: try pattern.replaceFirst(in: topic, with: replacement)) : number
      routes[number] = route
      return route
    } catch { throw .record(error) }
  }
}
