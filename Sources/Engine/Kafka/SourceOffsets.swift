internal import ChangeModel
internal import JSON
internal import KafkaClient

/// The stored offsets of source connectors, for those who look at them or change them: in the compacted offsets topic,
/// or with the embedded broker in the state directory.
struct SourceOffsets: Sendable {
  let kafka: KafkaEnvironment
  let topic: String
  let embedded: EmbeddedOffsets?

  /// All source partitions of a connector with their offsets.
  func read(_ connector: String) throws(CDCError) -> [OffsetEntry] {
    if let embedded {
      guard let entry = embedded.entry(of: connector) else { return [] }
      return [try Self.entry(entry.partition, entry.value)]
    }
    var entries: [OffsetEntry] = []
    for (partition, value) in try stored(connector) { entries.append(try Self.entry(partition, value)) }
    return entries
  }

  /// Sets offsets, a null one resets its partition; nil resets all of the connector.
  func alter(_ connector: String, _ wanted: [OffsetEntry]?) throws(CDCError) {
    let changes: [OffsetEntry]
    if let wanted {
      changes = wanted
    } else {
      changes = try read(connector).map { OffsetEntry(partition: $0.partition, offset: .null) }
    }
    if let embedded {
      for change in changes { try embedded.set(connector, Self.offset(change)) }
      return
    }
    let messages = changes.map { change in
      PlainProducer.Message(
        topic: topic, key: OffsetKey.make(connector: connector, partition: JSONValue.object(change.partition).text),
        value: change.offset.isNull ? nil : change.offset.utf8)
    }
    guard !messages.isEmpty else { return }
    let producer = try PlainProducer(kafka.properties)
    defer { producer.close() }
    try producer.produce(messages)
  }

  /// The last record of each key of a connector, in order of first appearance.
  private func stored(_ connector: String) throws(CDCError) -> [(partition: String, value: String)] {
    let reader = TopicReader(kafka.properties, topic: topic)
    defer { reader.close() }
    var order: [String] = []
    var values: [String: String] = [:]
    do throws(CDCError) {
      try reader.readToEnd(patience: .seconds(20)) { record in
        guard let key = record.key.flatMap({ try? JSONValue(parsing: $0) })?.array, key.count == 2,
          key[0].string == connector
        else { return }
        let partition = key[1].text
        if values[partition] == nil && !order.contains(partition) { order.append(partition) }
        values[partition] = record.value.map { String(decoding: $0, as: UTF8.self) }
      }
    } catch {
      // Before the first source ran there is no such topic.
      guard error.code == .kafkaTopicMissing else { throw error }
    }
    return order.compactMap { partition in values[partition].map { (partition, $0) } }
  }

  private static func entry(_ partition: String, _ value: String) throws(CDCError) -> OffsetEntry {
    do {
      return OffsetEntry(
        partition: try JSONValue(parsing: partition).object ?? JSONObject(), offset: try JSONValue(parsing: value))
    } catch {
      throw CDCError(.stateUnusable, "a stored offset is no JSON", cause: error.description)
    }
  }

  private static func offset(_ change: OffsetEntry) -> SourceOffset? {
    guard !change.offset.isNull else { return nil }
    return SourceOffset(partition: JSONValue.object(change.partition).text, value: change.offset.text, position: 0)
  }
}
