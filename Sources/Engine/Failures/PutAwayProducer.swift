internal import ChangeModel
internal import KafkaClient

/// Produces what records were put away as, and returns once it is durable. It connects when it is first needed.
final class PutAwayProducer {
  private let kafka: KafkaEnvironment
  private let policy: FailurePolicy
  private var producer: PlainProducer?
  private var ready: Set<String> = []

  init(_ kafka: KafkaEnvironment, _ policy: FailurePolicy) {
    self.kafka = kafka
    self.policy = policy
  }

  /// Throws an error of class `target` where Kafka can't be reached, `deadLetterRefused` where it does not take a record.
  func produce(_ batch: RecordBatch, to topics: [String]) throws(CDCError) {
    try makeTopics(topics.filter { !ready.contains($0) })
    let producer = try opened()
    do throws(CDCError) { try producer.produce(batch) } catch {
      guard error.code.failureClass != .target else { throw error }
      let topic = producer.lastRefused?.topic ?? topics.joined(separator: ", ")
      throw CDCError(
        .deadLetterRefused, "topic \(topic) does not take a record that was to be put away",
        cause: error.cause ?? error.message)
    }
  }

  func close() {
    producer?.close()
    producer = nil
    ready = []
  }

  private func opened() throws(CDCError) -> PlainProducer {
    if let producer { return producer }
    var properties = kafka.properties
    // A dead letter is larger than its record; what is too large is for the topic to say.
    properties["message.max.bytes"] = "100000000"
    let made = try PlainProducer(properties)
    producer = made
    return made
  }

  private func makeTopics(_ names: [String]) throws(CDCError) {
    guard !names.isEmpty else { return }
    try PutAwayTopics(kafka: kafka, policy: policy).make(names)
    ready.formUnion(names)
  }
}
