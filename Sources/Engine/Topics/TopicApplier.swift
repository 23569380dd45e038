internal import ChangeModel
internal import Flow
internal import KafkaClient

/// Makes topics as a file wants them.
struct TopicApplier {
  let kafka: KafkaEnvironment

  /// What is to be done.
  func plan(_ file: TopicFile) throws(CDCError) -> TopicPlan {
    try kafka.withAdmin { admin throws(CDCError) in
      var existing: [String: TopicPlan.Existing] = [:]
      let wanted = Dictionary(file.topics.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      for topic in try admin.topics() {
        guard let asked = wanted[topic.name] else { continue }
        var found = TopicPlan.Existing(
          partitions: topic.partitionCount, replication: topic.replicationFactor, settings: [:])
        if kafka.embedded != nil {
          // The stand-in has no settings, and one replica: nothing of that can differ.
          found.settings = asked.config
          found.replication = asked.replication ?? found.replication
        } else {
          for setting in try admin.configuration(of: topic.name) { found.settings[setting.name] = setting.value }
        }
        existing[topic.name] = found
      }
      return TopicPlan(file, existing: existing)
    }
  }

  /// Has the brokers check the topics that would be made.
  func validate(_ plan: TopicPlan) throws(CDCError) {
    let new = plan.steps.compactMap(\.newTopic)
    try kafka.withAdmin { admin throws(CDCError) in try admin.validateTopics(new) }
  }

  /// Does the steps in order. Throws at the first that the brokers refuse; those before it are done, and doing it all
  /// again does the rest.
  func apply(_ plan: TopicPlan) throws(CDCError) {
    try kafka.withAdmin { admin throws(CDCError) in
      try admin.createTopics(plan.steps.compactMap(\.newTopic))
      for step in plan.steps {
        switch step {
        case .create, .refuse: break
        case .addPartitions(let topic, _, let total):
          guard kafka.embedded == nil else {
            throw CDCError(.badTopicFile, "topic \(topic): the embedded broker can't add partitions")
          }
          try admin.createPartitions(of: topic, total: Int(total))
        case .configure(let topic, let changes):
          try admin.alterConfiguration(of: topic, changes.map { ($0.name, $0.to) })
        }
      }
      if kafka.embedded == nil { try wait(for: plan, admin) }
    }
  }

  /// Brokers learn a moment later what their controller did: waits until they tell it, so that who looks next, or applies
  /// the file again, finds it done.
  private func wait(for plan: TopicPlan, _ admin: AdminClient) throws(CDCError) {
    let deadline = SystemTime.monotonicNanoseconds + 10_000_000_000
    for step in plan.steps {
      while try !isVisible(step, admin), SystemTime.monotonicNanoseconds < deadline {
        _ = StopFlag().wait(.milliseconds(50))
      }
    }
  }

  private func isVisible(_ step: TopicPlan.Step, _ admin: AdminClient) throws(CDCError) -> Bool {
    switch step {
    case .create, .refuse: return true
    case .addPartitions(let topic, _, let total):
      return try admin.topics().first { $0.name == topic }?.partitionCount == total
    case .configure(let topic, let changes):
      let found = try admin.configuration(of: topic)
      return changes.allSatisfy { change in found.contains { $0.name == change.name && $0.value == change.to } }
    }
  }
}

extension TopicPlan.Step {
  fileprivate var newTopic: NewTopic? {
    guard case .create(let topic) = self else { return nil }
    return NewTopic(
      name: topic.name, partitions: topic.partitions ?? -1, replicationFactor: topic.replication ?? -1,
      configuration: topic.config.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }
}
