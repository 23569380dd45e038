internal import ChangeModel
internal import Flow

/// Finds a connector's stored offset: the last committed record of its key. A tombstone takes it back.
struct StoredOffsetReader {
  let properties: KafkaProperties
  let topic: String
  let connector: String
  /// The source partition as compact JSON; nil: the connector's only one.
  let partition: String?

  struct Stored {
    var key: [UInt8]
    var value: [UInt8]
  }

  /// Reads the whole topic. Nil: there is no offset. That it can't be read now is an error, never nil.
  func read(patience: Duration, stop: StopFlag?) throws(CDCError) -> Stored? {
    let reader = TopicReader(properties, topic: topic)
    defer { reader.close() }
    var search = Search(connector: connector, partition: partition)
    do throws(CDCError) {
      try reader.readToEnd(patience: patience, stop: stop) { record throws(CDCError) in search.take(record) }
    } catch {
      guard error.code.failureClass == .target else { throw error }
      throw CDCError(
        .kafkaStoredOffsetUnreadable, "the offset of connector \(connector) can't be read from topic \(topic)",
        cause: error.cause.map { "\(error.message): \($0)" } ?? error.message)
    }
    return search.result
  }

  /// Keeps the last record of the key in each partition of the topic. They lie in one partition, unless partitions were
  /// added later; then the youngest counts.
  struct Search {
    let connector: String
    let partition: String?
    private var last: [Int32: (timestamp: Int64, stored: Stored?)] = [:]

    init(connector: String, partition: String?) {
      self.connector = connector
      self.partition = partition
    }

    mutating func take(_ record: TopicRecord) {
      guard let key = record.key, let found = OffsetKey.partition(in: key, of: connector),
        partition == nil || partition == found
      else { return }
      last[record.partition] = (record.timestamp, record.value.map { Stored(key: Array(key), value: Array($0)) })
    }

    var result: Stored? { last.values.max { $0.timestamp < $1.timestamp }?.stored }
  }
}
