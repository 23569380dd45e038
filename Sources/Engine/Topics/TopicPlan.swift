/// What has to be done so that topics are as a file wants them. Nothing is ever deleted.
struct TopicPlan: Equatable {
  /// A topic as it is.
  struct Existing: Equatable {
    var partitions: Int32
    var replication: Int32
    /// Its settings and the broker's defaults; a value that the broker does not show is missing.
    var settings: [String: String]
  }

  /// One thing to do, or one that can't be done.
  enum Step: Equatable {
    /// Make a topic.
    case create(TopicFile.Topic)
    /// Add partitions.
    case addPartitions(topic: String, from: Int32, to: Int32)
    /// Change settings: name, the value now (nil: none), the value wanted.
    case configure(topic: String, changes: [Change])
    /// Left as it is, with the reason.
    case refuse(topic: String, reason: String)
  }

  /// A setting that differs.
  struct Change: Equatable {
    var name: String
    var from: String?
    var to: String
  }

  /// The steps in the order in which they are done.
  private(set) var steps: [Step] = []

  /// Compares what is wanted with what is there.
  init(_ file: TopicFile, existing: [String: Existing]) {
    for topic in file.topics {
      guard let now = existing[topic.name] else {
        steps.append(.create(topic))
        continue
      }
      compare(topic, now)
    }
  }

  /// Whether anything is to be changed.
  var isEmpty: Bool {
    steps.allSatisfy { if case .refuse = $0 { true } else { false } }
  }

  private mutating func compare(_ topic: TopicFile.Topic, _ now: Existing) {
    if let wanted = topic.partitions, wanted != now.partitions {
      if wanted > now.partitions {
        steps.append(.addPartitions(topic: topic.name, from: now.partitions, to: wanted))
      } else {
        steps.append(
          .refuse(
            topic: topic.name,
            reason: "partitions \(now.partitions) -> \(wanted): Kafka can't take partitions away from a topic"))
      }
    }
    if let wanted = topic.replication, wanted != now.replication {
      steps.append(
        .refuse(
          topic: topic.name,
          reason: "replication \(now.replication) -> \(wanted): move replicas with kafka-reassign-partitions"))
    }
    let changes = topic.config.sorted { $0.key < $1.key }.compactMap { name, wanted in
      now.settings[name] == wanted ? nil : Change(name: name, from: now.settings[name], to: wanted)
    }
    if !changes.isEmpty { steps.append(.configure(topic: topic.name, changes: changes)) }
  }
}

extension TopicPlan.Step {
  /// `+` new, `~` changed, `!` not done.
  var sign: String {
    switch self {
    case .create: "+"
    case .addPartitions, .configure: "~"
    case .refuse: "!"
    }
  }

  /// The topic.
  var topic: String {
    switch self {
    case .create(let topic): topic.name
    case .addPartitions(let topic, _, _), .configure(let topic, _), .refuse(let topic, _): topic
    }
  }

  /// What is done, for people.
  var text: String {
    switch self {
    case .create(let topic):
      var parts = [topic.partitions.map { "\($0) partitions" } ?? "the broker's number of partitions"]
      if let replication = topic.replication { parts.append("replication \(replication)") }
      parts += topic.config.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return parts.joined(separator: ", ")
    case .addPartitions(_, let from, let to): return "partitions \(from) -> \(to)"
    case .configure(_, let changes):
      return changes.map { "\($0.name) \($0.from ?? "(not shown)") -> \($0.to)" }.joined(separator: ", ")
    case .refuse(_, let reason): return reason
    }
  }

  /// What an operator should know before it is done.
  var warning: String? {
    guard case .addPartitions = self else { return nil }
    return "keys move to other partitions: records of a key before and after are in different ones, and consumers may"
      + " see them out of order"
  }
}
