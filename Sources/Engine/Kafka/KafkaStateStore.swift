internal import ChangeModel
internal import Flow
internal import JSON
internal import KafkaClient

/// A state store in the compacted configuration topic, in Kafka Connect's form.
final class KafkaStateStore: StateStore, @unchecked Sendable {
  private let kafka: KafkaEnvironment
  private let topic: String
  private let replication: Int32
  private let lock = Lock()

  init(kafka: KafkaEnvironment, topic: String, replication: Int32) {
    self.kafka = kafka
    self.topic = topic
    self.replication = replication
  }

  func load() throws(CDCError) -> StoredState {
    let wanted = NewTopic(
      name: topic, partitions: 1, replicationFactor: replication, configuration: [("cleanup.policy", "compact")])
    try kafka.withAdmin { admin throws(CDCError) in
      _ = try admin.createTopics([wanted])
      try admin.waitForTopics([topic])
    }
    let reader = TopicReader(kafka.properties, topic: topic, start: .beginning)
    defer { reader.close() }
    var state = StoredState()
    try reader.readToEnd(patience: .seconds(30)) { record in
      guard let key = record.key.flatMap({ String(validating: $0, as: UTF8.self) }) else { return }
      let value = record.value.flatMap { try? JSONValue(parsing: $0) }
      StateRecord.apply(key: key, value: value, to: &state)
    }
    return state
  }

  func putConfig(_ name: String, _ config: JSONObject?) throws(CDCError) {
    try write(StateRecord.configKey(name), config.map(StateRecord.value(of:)))
    if config == nil { try write(StateRecord.targetKey(name), nil) }
  }

  func putTarget(_ name: String, _ state: TargetState) throws(CDCError) {
    try write(StateRecord.targetKey(name), StateRecord.value(of: state))
  }

  func putAppliedFile(_ file: String, digest: String) throws(CDCError) {
    try write(StateRecord.fileKey(file), ["digest": .string(digest)])
  }

  /// Configurations change seldom: a producer for each write is given back at once.
  private func write(_ key: String, _ value: JSONValue?) throws(CDCError) {
    lock.acquire()
    defer { lock.release() }
    let producer = try PlainProducer(kafka.properties)
    defer { producer.close() }
    try producer.produce([.init(topic: topic, key: Array(key.utf8), value: value?.utf8)])
  }
}
