internal import CRDKafka
internal import ChangeModel
internal import Flow

/// Hands records to a producer, one by one, and sees to each that is refused.
final class RecordProducer {
  /// Why a record was not taken.
  struct Refusal {
    var failure: CallFailure
    var record: RecordFailure
    /// It will never be taken as it is.
    var isStanding: Bool { failure.code.isRecordsFault }
  }

  private let client: ClientHandle
  private var topics: TopicHandles
  private let headers: HeaderSets
  /// Records taken since the count was last reset.
  var accepted = 0

  /// `headers` is what the client's delivery reports give headers back to.
  init(client: ClientHandle, headers: HeaderSets) {
    self.client = client
    self.headers = headers
    topics = TopicHandles(client: client)
  }

  /// Produces a batch's records; nil: all were taken. `mayWait` is asked while the queue is full.
  func produce(_ batch: RecordBatch, number: Int, mayWait: () -> Bool) throws(CDCError) -> Refusal? {
    topics.adopt(batch.topics)
    headers.adopt(batch.headerSets)
    let start = batch.bytes.bytes.baseAddress ?? emptyBytes
    return try batch.records.withUnsafeBufferPointer { records throws(CDCError) in
      try produce(records, start, number, mayWait)
    }
  }

  private func produce(
    _ records: UnsafeBufferPointer<Record>, _ start: UnsafeRawPointer, _ number: Int, _ mayWait: () -> Bool
  ) throws(CDCError) -> Refusal? {
    var now = SystemTime.wallNanoseconds / 1_000_000
    var index = 0
    while index < records.count {
      let record = records[index]
      let topic = try topics.handle(record.topic)
      let set = issueHeaders(record, start)
      let tag = RecordTag(batch: number, record: index, pool: set.pool)
      if let failure = send(topic, record, start, set.headers, now, tag.pointer) {
        headers.giveBack(set)
        guard failure.code == .queueFull, mayWait() else { return refusal(failure, topic, record.partition, tag) }
        rd_kafka_poll(client.pointer, 10)
        continue
      }
      index &+= 1
      accepted &+= 1
      if index & 0xff == 0 {
        rd_kafka_poll(client.pointer, 0)
        now = SystemTime.wallNanoseconds / 1_000_000
      }
    }
    rd_kafka_poll(client.pointer, 0)
    return nil
  }

  /// A transaction is done.
  func rest() { headers.trim() }

  /// Gives the topics back, before the client goes.
  func release() { topics.release() }

  /// Produces one record outside of a batch, for which there is always room.
  func produce(to topic: OpaquePointer, key: [UInt8], value: [UInt8]?, tag: RecordTag, mayWait: () -> Bool) -> Refusal?
  {
    while true {
      let error = key.withUnsafeBytes { key in
        let keyStart = key.baseAddress ?? emptyBytes
        guard let value else {
          return crdkafka_produce(
            client.pointer, topic, -1, RD_KAFKA_MSG_F_COPY, nil, 0, keyStart, key.count, 0, nil, tag.pointer)
        }
        return value.withUnsafeBytes { value in
          crdkafka_produce(
            client.pointer, topic, -1, RD_KAFKA_MSG_F_COPY, value.baseAddress ?? emptyBytes, value.count, keyStart,
            key.count, 0, nil, tag.pointer)
        }
      }
      guard let failure = CallFailure(taking: error) else {
        accepted += 1
        return nil
      }
      guard failure.code == .queueFull, mayWait() else { return refusal(failure, topic, -1, tag) }
      rd_kafka_poll(client.pointer, 10)
    }
  }

  @inline(__always) private func issueHeaders(_ record: Record, _ start: UnsafeRawPointer) -> HeaderSets.Issued {
    if record.headers.isPresent {
      let own = UnsafeRawBufferPointer(start: start + Int(record.headers.offset), count: Int(record.headers.count))
      return headers.issue(own: own, shared: record.headerSet)
    }
    return record.headerSet >= 0 ? headers.issue(record.headerSet) : .none
  }

  @inline(__always) private func send(
    _ topic: OpaquePointer, _ record: Record, _ start: UnsafeRawPointer, _ headers: OpaquePointer?,
    _ now: Int64, _ tag: UnsafeMutableRawPointer?
  ) -> CallFailure? {
    let value = record.value.isPresent ? start + Int(record.value.offset) : nil
    let key = record.key.isPresent ? start + Int(record.key.offset) : nil
    let error = crdkafka_produce(
      client.pointer, topic, record.partition, RD_KAFKA_MSG_F_COPY, value, Int(record.value.count), key,
      Int(record.key.count), record.timestamp < 0 ? now : record.timestamp, headers, tag)
    return error == nil ? nil : CallFailure(taking: error)
  }

  private func refusal(_ failure: CallFailure, _ topic: OpaquePointer, _ partition: Int32, _ tag: RecordTag) -> Refusal
  {
    let failure = failure.resolvingFatal(of: client.pointer)
    return Refusal(
      failure: failure,
      record: RecordFailure(
        topic: topicName(topic), partition: partition, code: failure.code, batch: tag.batch, record: tag.record))
  }
}
