internal import ChangeModel
internal import Flow
public import JSON
internal import KafkaClient

extension Worker {
  private static let topicKey = "errors.deadletterqueue.topic.name"

  /// The DLQ topics that connectors are set up to use, each with them.
  var deadLetterTopics: [(topic: String, connectors: [String])] {
    var topics: [String: [String]] = [:]
    for connector in all {
      guard let topic = connector.config[Self.topicKey]?.string, !topic.isEmpty else { continue }
      topics[topic, default: []].append(connector.name)
    }
    return topics.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// What there is, by topic and cause.
  public func deadLetterGroups(topic: String?, connector: String?, all: Bool) throws(ControlError) -> [JSONValue] {
    if let connector, self.connector(connector) == nil { throw .notFound(connector) }
    var topics = deadLetterTopics
    if let connector { topics = topics.filter { $0.connectors.contains(connector) } }
    var names = topics.map(\.topic)
    if let topic { names = [topic] }
    return try Self.refusing { () throws(CDCError) in
      let existing = Set(try services.kafka.withAdmin { admin throws(CDCError) in try admin.topics().map(\.name) })
      if let topic, !existing.contains(topic) {
        throw CDCError(.deadLetterMissing, "there is no topic \(topic)")
      }
      var entries: [JSONValue] = []
      for name in names where existing.contains(name) {
        let source = deadLetterTopic(name)
        let outcomes = existing.contains(source.statusTopic) ? try source.outcomes() : [:]
        var groups = DeadLetterGroups(outcomes: outcomes, all: all)
        try source.forEach { letter throws(CDCError) in
          if connector == nil || letter.identity.connector == connector { groups.add(letter) }
          return true
        }
        entries += groups.groups.sorted { $0.last > $1.last }.map { $0.json(topic: name, all: all) }
      }
      return entries
    }
  }

  /// The selected dead letters, decoded.
  public func deadLetters(
    _ topic: String, _ choice: DeadLetterChoice, limit: Int, emit: (JSONValue) -> Bool
  ) throws(ControlError) {
    try Self.refusing { () throws(CDCError) in
      let selection = try DeadLetterSelection(choice)
      let source = deadLetterTopic(topic)
      let printer = DeadLetterPrinter(codecs: try deadLetterCodecs(topic), settlements: try source.settlements())
      var left = limit
      try source.forEach(from: selection.start) { letter throws(CDCError) in
        guard selection.contains(letter) else { return !selection.isBehind(letter) }
        left -= 1
        return emit(printer.json(letter)) && left > 0
      }
    }
  }

  /// Replays dead letters.
  public func replayDeadLetters(
    _ topic: String, _ request: DeadLetterReplay, goesOn: () -> Bool
  ) throws(ControlError) -> JSONObject {
    let summary = try Self.refusing { () throws(CDCError) in
      try withoutActuallyEscaping(goesOn) { goesOn throws(CDCError) in
        let work = DeadLetterSettling(
          source: deadLetterTopic(topic), selection: try DeadLetterSelection(request.choice),
          action: .replay(try DeadLetterEdit(request)), rate: request.rate, isDryRun: request.isDryRun,
          codecs: try deadLetterCodecs(topic), goesOn: goesOn)
        let summary = try settle(work, try ReplayTargets.Destination(asked: request.destination))
        if let error = summary.onlyFailure, error.code == .deadLetterConnectorGone { throw error }
        return summary
      }
    }
    return summary.json("replayed", isDryRun: request.isDryRun)
  }

  /// Settles dead letters without a replay.
  public func discardDeadLetters(
    _ topic: String, _ choice: DeadLetterChoice, reason: String, goesOn: () -> Bool
  ) throws(ControlError) -> JSONObject {
    let summary = try Self.refusing { () throws(CDCError) in
      try withoutActuallyEscaping(goesOn) { goesOn throws(CDCError) in
        let selection = try DeadLetterSelection(choice)
        guard selection.isNarrow, !reason.isEmpty else {
          throw CDCError(
            .deadLetterRequest, "discarding needs a reason, and a fingerprint or a partition and an offset")
        }
        return try settle(
          DeadLetterSettling(
            source: deadLetterTopic(topic), selection: selection, action: .discard(reason: reason),
            codecs: try deadLetterCodecs(topic), goesOn: goesOn), nil)
      }
    }
    return summary.json("discarded", isDryRun: false)
  }

  func deadLetterTopic(_ name: String) -> DeadLetterTopic {
    let connectors = deadLetterTopics.first { $0.topic == name }?.connectors
    return DeadLetterTopic(kafka: services.kafka, name: name, connector: connectors?.first)
  }

  private func deadLetterCodecs(_ topic: String) throws(CDCError) -> CodecCache {
    let names = deadLetterTopics.first { $0.topic == topic }?.connectors ?? []
    let configs = names.compactMap { connector($0)?.config }
    return CodecCache(schemas: try DeadLetterSchemas.find(in: configs, otherwise: services.schemas))
  }

  private func settle(
    _ work: DeadLetterSettling, _ destination: ReplayTargets.Destination?
  ) throws(CDCError) -> DeadLetterSummary {
    guard services.settling.enter(work.source.name) else {
      throw CDCError(.deadLetterBusy, "dead letters of \(work.source.name) are being replayed or discarded")
    }
    defer {
      services.settling.leave(work.source.name)
      deadLetterMonitor.wake()
    }
    return try work.run(
      try ReplayTargets(
        kafka: services.kafka, role: { self.connector($0)?.kind.role }, destination: destination,
        makesTopics: !work.isDryRun))
  }

  /// What health says of a connector's dead letters; nil: it has no topic for them.
  func deadLetterHealth(_ connector: Connector) -> JSONValue? {
    guard let topic = connector.config[Self.topicKey]?.string, !topic.isEmpty else { return nil }
    let reading = deadLetterMonitor.readings.first { $0.topic == topic && $0.connector == connector.name }
    var entry: JSONObject = ["topic": .string(topic), "depth": .integer(reading?.depth ?? 0)]
    if let age = reading?.oldestSeconds(now: SystemTime.wallMicroseconds) {
      entry["oldest_seconds"] = .number(Self.decimal(age))
    }
    let causes = (reading?.causes ?? [:]).sorted { $0.key < $1.key }
    if !causes.isEmpty {
      entry["causes"] = .object(JSONObject(causes.map { .init($0.key, .integer($0.value)) }))
    }
    return .object(entry)
  }

  private static func refusing<Result>(_ body: () throws(CDCError) -> Result) throws(ControlError) -> Result {
    do throws(CDCError) { return try body() } catch {
      let status =
        switch error.code {
        case .deadLetterMissing, .deadLetterConnectorGone: 404
        case .deadLetterBusy, .kafkaFenced: 409
        default:
          switch error.code.failureClass {
          case .target: 503
          case .poison, .record: 400
          case .fatal: 500
          }
        }
      throw ControlError(status: status, message: error.description)
    }
  }
}
