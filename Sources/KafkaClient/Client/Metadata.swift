internal import CRDKafka
internal import ChangeModel
internal import Flow

/// A topic as the cluster describes it.
public struct TopicDescription: Sendable, Equatable {
  /// Its name.
  public var name: String
  /// How many partitions it has.
  public var partitionCount: Int32
  /// How many replicas its first partition has.
  public var replicationFactor: Int32
  /// Whether each partition has a leader, so that it can be used.
  public var hasLeaders: Bool
}

/// The cluster's description, as librdkafka fetches it.
enum Metadata {
  /// All topics; asking for all never makes a broker create one.
  static func all(
    _ client: ClientHandle, patience: Duration, stop: StopFlag? = nil
  ) throws(CDCError) -> [TopicDescription] {
    try fetch(client, only: nil, patience: patience, stop: stop, "the cluster's topics can't be listed")
  }

  /// One topic; nil: it does not exist. With a producer this may create it, where the broker creates topics by itself.
  static func one(_ name: String, _ client: ClientHandle, patience: Duration) throws(CDCError) -> TopicDescription? {
    guard let handle = rd_kafka_topic_new(client.pointer, name, nil) else {
      throw KafkaErrorCode(rd_kafka_last_error()).error("topic \(name) can't be used")
    }
    defer { rd_kafka_topic_destroy(handle) }
    return try fetch(client, only: handle, patience: patience, "topic \(name) can't be described").first
  }

  /// Fetches a topic's metadata so that its first record does not wait for it; gives up silently.
  static func warm(_ topic: OpaquePointer, _ client: ClientHandle, patience: Duration) {
    let deadline = SystemTime.monotonicNanoseconds + patience.nanoseconds
    repeat {
      guard let found = try? fetch(client, only: topic, patience: .seconds(1), "").first else { continue }
      if found.hasLeaders && found.partitionCount > 0 { return }
      pause(.milliseconds(20))
    } while SystemTime.monotonicNanoseconds < deadline
  }

  private static func fetch(
    _ client: ClientHandle, only topic: OpaquePointer?, patience: Duration, stop: StopFlag? = nil, _ what: String
  )
    throws(CDCError) -> [TopicDescription]
  {
    let deadline = SystemTime.monotonicNanoseconds + patience.nanoseconds
    while true {
      var answer: UnsafePointer<rd_kafka_metadata>?
      let left = max(deadline - SystemTime.monotonicNanoseconds, 1_000_000)
      let code = KafkaErrorCode(
        rd_kafka_metadata(client.pointer, topic == nil ? 1 : 0, topic, &answer, Int32(min(left / 1_000_000, 1_000)) + 1)
      )
      if code == .none, let answer {
        client.status.succeeded()
        defer { rd_kafka_metadata_destroy(answer) }
        return try describe(answer.pointee, what)
      }
      client.serveErrors()
      let error = client.status.error(code, what)
      let isLate = SystemTime.monotonicNanoseconds >= deadline || stop?.isRaised ?? false
      if error.code.failureClass == .fatal || isLate { throw error }
      pause(.milliseconds(50))
    }
  }

  private static func describe(_ metadata: rd_kafka_metadata, _ what: String) throws(CDCError) -> [TopicDescription] {
    var topics: [TopicDescription] = []
    for topic in UnsafeBufferPointer(start: metadata.topics, count: Int(metadata.topic_cnt)) {
      let name = topic.topic.map { String(cString: $0) } ?? ""
      let code = KafkaErrorCode(topic.err)
      if code.errorCode == .kafkaAuthorization { throw code.error("topic \(name) can't be described") }
      if code.errorCode == .kafkaTopicMissing { continue }
      let partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
      topics.append(
        TopicDescription(
          name: name, partitionCount: topic.partition_cnt, replicationFactor: partitions.first?.replica_cnt ?? 0,
          hasLeaders: partitions.allSatisfy { $0.leader >= 0 }))
    }
    return topics
  }
}
