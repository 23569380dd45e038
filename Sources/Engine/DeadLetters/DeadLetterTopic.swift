internal import ChangeModel
internal import Flow
internal import KafkaClient

/// A topic of dead letters and the compacted topic of their outcomes, read as a stream.
struct DeadLetterTopic {
  private static let batchBytes = 1 << 20
  private static let patience: Duration = .seconds(30)

  let kafka: KafkaEnvironment
  /// The topic.
  let name: String
  /// Whose dead letters it holds, for records that don't say it; nil: no connector is set up to use it.
  var connector: String?

  /// The topic of outcomes of a topic of dead letters.
  static func statusTopic(of name: String) -> String { name + ".status" }

  var statusTopic: String { Self.statusTopic(of: name) }

  // The embedded broker's transactions are no such thing: its readers would wait in vain for what is committed.
  private var isolation: TopicReader.Isolation { kafka.embedded == nil ? .committed : .uncommitted }

  /// The outcomes so far, read to the log's end; empty where nothing was settled yet.
  func outcomes(stop: StopFlag? = nil) throws(CDCError) -> [DeadLetterDigest: DeadLetterOutcome] {
    var outcomes: [DeadLetterDigest: DeadLetterOutcome] = [:]
    try forEachOutcome(stop: stop) { _, digest, outcome throws(CDCError) in outcomes[digest] = outcome }
    return outcomes
  }

  /// How and why dead letters were settled so far.
  func settlements() throws(CDCError) -> DeadLetterSettlements {
    var settlements = DeadLetterSettlements()
    try forEachOutcome { record, digest, _ throws(CDCError) in settlements.note(digest, record.value) }
    return settlements
  }

  /// Calls `body` with each outcome that was ever noted, in order, to the log's end; nil: taken back.
  func forEachOutcome(
    from start: TopicReader.Start = .beginning, stop: StopFlag? = nil,
    _ body: (TopicRecord, DeadLetterDigest, DeadLetterOutcome?) throws(CDCError) -> Void
  ) throws(CDCError) {
    let reader = TopicReader(kafka.properties, topic: statusTopic, isolation: isolation, start: start)
    defer { reader.close() }
    do throws(CDCError) {
      try reader.readToEnd(patience: Self.patience, stop: stop) { record throws(CDCError) in
        guard let key = record.key else { return }
        try body(record, DeadLetterIdentity.digest(ofStatusKey: key), DeadLetterOutcome(record.value))
      }
    } catch {
      guard error.code == .kafkaTopicMissing else { throw error }
    }
  }

  /// The first and the next offset of each partition of a topic; nil: it does not exist.
  func marks(of topic: String) throws(CDCError) -> [Int32: (low: Int64, high: Int64)]? {
    let reader = TopicReader(kafka.properties, topic: topic, isolation: isolation)
    defer { reader.close() }
    do throws(CDCError) { return try reader.watermarks() } catch {
      guard error.code == .kafkaTopicMissing else { throw error }
      return nil
    }
  }

  /// Calls `body` with each dead letter that is there now, in the topic's order, until it says false. Throws
  /// `deadLetterMissing` if there is no such topic.
  func forEach(
    from start: TopicReader.Start = .beginning, stop: StopFlag? = nil, _ body: (DeadLetter) throws(CDCError) -> Bool
  ) throws(CDCError) {
    let reader = TopicReader(kafka.properties, topic: name, isolation: isolation, start: start)
    defer { reader.close() }
    do throws(CDCError) {
      try reader.readBatches(limit: Self.batchBytes, patience: Self.patience, stop: stop) { batch throws(CDCError) in
        for record in batch.records {
          guard let letter = DeadLetter(record, in: batch, topic: name, connector: connector) else { continue }
          guard try body(letter) else { return false }
        }
        return true
      }
    } catch {
      guard error.code == .kafkaTopicMissing else { throw error }
      throw CDCError(.deadLetterMissing, "there is no topic \(name)")
    }
  }
}
