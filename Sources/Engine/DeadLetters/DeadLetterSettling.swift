internal import ChangeModel
internal import Flow
internal import KafkaClient

/// Replays or discards dead letters of one topic.
///
/// Each one's outcome is written in the Kafka transaction of its replayed record, by a producer whose transactional id is
/// that of the topic: opening it fences every other who does the same, and ends what that one had open. Only then are
/// the outcomes read, to their end. So what is in them is all that was ever replayed, and nobody else adds to it: each
/// dead letter goes out at most once, whatever is killed.
struct DeadLetterSettling {
  /// What is done.
  enum Action {
    case replay(DeadLetterEdit)
    case discard(reason: String)
  }

  /// Openings in a row without anything settled in between.
  private static let openings = 4

  let source: DeadLetterTopic
  let selection: DeadLetterSelection
  let action: Action
  /// Dead letters per second at most; nil: as fast as it goes.
  var rate: Int?
  var isDryRun = false
  let codecs: CodecCache
  /// Asked at least once per second: false ends the work behind what is committed.
  let goesOn: () -> Bool

  /// Does it. Throws `deadLetterMissing` if there is no such topic or nothing in it that is meant.
  func run(_ targets: ReplayTargets) throws(CDCError) -> DeadLetterSummary {
    guard targets.exists(source.name) else {
      throw CDCError(.deadLetterMissing, "there is no topic \(source.name)")
    }
    var targets = targets
    guard !isDryRun else {
      let outcomes = targets.exists(source.statusTopic) ? try source.outcomes() : [:]
      var pass = SettlingPass(self, outcomes: outcomes, publisher: nil)
      try pass.run(&targets)
      return pass.summary
    }
    return try settle(&targets)
  }

  /// Goes on with a new producer where one was lost; what it had done is in the outcomes.
  private func settle(_ targets: inout ReplayTargets) throws(CDCError) -> DeadLetterSummary {
    let publisher = TransactionalPublisher(settings)
    defer { publisher.close() }
    var settled = 0
    var unknown: [DeadLetterDigest] = []
    var refusals = SettlingPass.Refusals()
    var openings = 0
    while true {
      openings += 1
      do throws(CDCError) {
        try publisher.initialize()
      } catch {
        guard Self.passes(error), openings < Self.openings, goesOn() else { throw told(error) }
        _ = StopFlag().wait(.milliseconds(500))
        continue
      }
      let outcomes = try source.outcomes()
      settled += unknown.count { outcomes[$0] != nil }
      unknown = []
      var pass = SettlingPass(self, outcomes: outcomes, publisher: publisher, refusals: refusals)
      do throws(CDCError) {
        try pass.run(&targets)
        pass.summary.matched += settled
        pass.summary.settled += settled
        return pass.summary
      } catch {
        if pass.summary.settled > 0 { openings = 0 }
        settled += pass.summary.settled
        unknown = pass.uncommitted
        if publisher.lastRecordFailure != nil, error.code.failureClass == .poison, !unknown.isEmpty {
          refusals.note(error, of: unknown)
          continue
        }
        guard Self.passes(error), openings < Self.openings, goesOn() else { throw told(error) }
      }
    }
  }

  private var settings: PublisherSettings {
    // Not with the worker's group: two groups of workers must not replay the same topic at once.
    var settings = PublisherSettings(
      properties: source.kafka.properties, connector: "dead letters of \(source.name)",
      transactionalID: "martinet.dlq.\(source.name)", offsetsTopic: source.statusTopic)
    settings.offsetsPartitions = 1
    settings.embedded = source.kafka.embedded
    // What got into a topic of dead letters goes out again; how large a record may be is the broker's to say.
    settings.properties.setDefault("message.max.bytes", "1000000000")
    return settings
  }

  private func told(_ error: CDCError) -> CDCError {
    guard error.code == .kafkaFenced else { return error }
    return CDCError(
      .deadLetterBusy, "another cdcd took over the dead letters of \(source.name); what was committed stays",
      cause: error.cause)
  }

  private static func passes(_ error: CDCError) -> Bool {
    error.code.failureClass == .target || error.code == .kafkaPositionMayDiffer
  }
}
