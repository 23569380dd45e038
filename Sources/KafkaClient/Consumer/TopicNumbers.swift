internal import CRDKafka
internal import ChangeModel

/// A consumer's topics by number, found by librdkafka's topic handle without looking at the name. Holding a handle keeps
/// its address from being used for another topic.
struct TopicNumbers: ~Copyable {
  private(set) var names: [String] = []
  private var handles: ContiguousArray<OpaquePointer> = []
  private var last: Int32 = -1

  deinit { for handle in handles { rd_kafka_topic_destroy(handle) } }

  /// The number of a message's topic.
  @inline(__always) mutating func number(of topic: OpaquePointer, _ client: ClientHandle) -> Int32 {
    if last >= 0 && handles[Int(last)] == topic { return last }
    last = find(topic, client)
    return last
  }

  private mutating func find(_ topic: OpaquePointer, _ client: ClientHandle) -> Int32 {
    if let known = handles.firstIndex(of: topic) { return Int32(known) }
    let name = topicName(topic)
    // A topic of the same name with a new handle: it was deleted and made again.
    if let known = names.firstIndex(of: name), let held = rd_kafka_topic_new(client.pointer, name, nil) {
      rd_kafka_topic_destroy(handles[known])
      handles[known] = held
      return Int32(known)
    }
    guard let held = rd_kafka_topic_new(client.pointer, name, nil) else { return 0 }
    names.append(name)
    handles.append(held)
    return Int32(names.count - 1)
  }

  /// Gives the handles back, before their client goes.
  mutating func release() {
    for handle in handles { rd_kafka_topic_destroy(handle) }
    handles = []
    names = []
    last = -1
  }
}
