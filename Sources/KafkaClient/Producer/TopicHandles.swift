internal import CRDKafka
internal import ChangeModel

/// A producer's topic handles by the number that batches give to a topic.
struct TopicHandles: ~Copyable {
  private let client: ClientHandle
  private var names: [String] = []
  private var handles: ContiguousArray<OpaquePointer?> = []

  init(client: ClientHandle) { self.client = client }

  deinit { for case let handle? in handles { rd_kafka_topic_destroy(handle) } }

  /// Gives all handles back.
  mutating func release() {
    for case let handle? in handles { rd_kafka_topic_destroy(handle) }
    handles = []
    names = []
  }

  /// Takes over a batch's table; numbers that mean other topics than before get new handles.
  mutating func adopt(_ topics: [String]) {
    for index in names.indices where index >= topics.count || names[index] != topics[index] {
      if let handle = handles[index] { rd_kafka_topic_destroy(handle) }
      handles[index] = nil
    }
    names = topics
    while handles.count < topics.count { handles.append(nil) }
  }

  /// The handle of a topic. At first use it also fetches the topic's metadata, or its first record would wait a second.
  @inline(__always) mutating func handle(_ number: Int32) throws(CDCError) -> OpaquePointer {
    if let handle = handles[Int(number)] { return handle }
    return try make(Int(number))
  }

  private mutating func make(_ number: Int) throws(CDCError) -> OpaquePointer {
    let handle = try Self.make(names[number], client)
    handles[number] = handle
    return handle
  }

  /// A handle of a topic, which the caller owns, once the topic's metadata is there or can't be had in five seconds: then
  /// producing finds out.
  static func make(_ name: String, _ client: ClientHandle) throws(CDCError) -> OpaquePointer {
    guard let handle = rd_kafka_topic_new(client.pointer, name, nil) else {
      let code = KafkaErrorCode(rd_kafka_last_error())
      throw code.error("topic \(name) can't be used")
    }
    Metadata.warm(handle, client, patience: .seconds(5))
    return handle
  }
}
