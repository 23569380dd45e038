internal import ChangeModel
internal import KafkaClient

/// Makes the topics of records that are put away.
struct PutAwayTopics {
  let kafka: KafkaEnvironment
  let policy: FailurePolicy

  /// Makes those that are missing and waits until they can be written. Throws an error of class `target` where Kafka can't
  /// be reached, else `deadLetterRefused`.
  func make(_ names: [String]) throws(CDCError) {
    let wanted = names.map { name in
      // Records are put away with their own timestamps, by which a topic's retention counts, and wait however long it takes.
      NewTopic(
        name: name, partitions: 1,
        replicationFactor: name != policy.deadLetterTopic ? -1 : kafka.embedded == nil ? policy.deadLetterReplicas : 1,
        configuration: [("retention.ms", "-1")])
    }
    do throws(CDCError) {
      try kafka.withAdmin { admin throws(CDCError) in
        try admin.createTopics(wanted)
        try admin.waitForTopics(names)
      }
    } catch {
      guard error.code.failureClass != .target else { throw error }
      throw CDCError(
        .deadLetterRefused, "topic \(names.joined(separator: ", ")) for records that are put away can't be made",
        cause: error.cause ?? error.message)
    }
  }
}
