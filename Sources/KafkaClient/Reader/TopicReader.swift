internal import CRDKafka
public import ChangeModel
public import Flow

/// Reads one topic by itself, outside of any group: whole to its end, and on from there. It belongs to one thread.
///
/// The end of a partition is its log's end, not the last stable offset: another producer's open transaction can hide
/// records that were committed before, and then the reader waits until they show.
public final class TopicReader {
  /// Which records are read.
  public enum Isolation: String, Sendable {
    /// Those of committed transactions.
    case committed = "read_committed"
    /// All.
    case uncommitted = "read_uncommitted"
  }

  /// Where reading begins.
  public enum Start: Sendable {
    /// At the first record of each partition.
    case beginning
    /// Behind the last record of each partition.
    case end
    /// At most this many offsets before the end of each partition.
    case last(Int64)
    /// At these offsets; partitions without one at their first record.
    case offsets([Int32: Int64])
  }

  /// What the client last said about its connections; any thread may read it.
  public let status = ClientStatus()
  /// The topic.
  public let topic: String
  /// The next offset of each partition, where known.
  public private(set) var positions: [Int32: Int64] = [:]

  private let properties: KafkaProperties
  private let isolation: Isolation
  private let start: Start
  private let wanted: Set<Int32>?
  private var client: ClientHandle?
  private var isWaitingLong = false
  private var partitions: [Int32] = []
  /// The offset at which a partition's end was last met.
  private var ends: [Int32: Int64] = [:]

  /// A reader that is not connected yet, of all partitions or of some.
  public init(
    _ properties: KafkaProperties, topic: String, isolation: Isolation = .committed, start: Start = .beginning,
    only wanted: Set<Int32>? = nil
  ) {
    self.wanted = wanted
    self.properties = properties
    self.topic = topic
    self.isolation = isolation
    self.start = start
  }

  /// Reads from where it is to the end that the topic has now, and calls `body` with each record, in order per
  /// partition. Throws `kafkaTopicMissing` if there is no such topic, `kafkaTopicUnreadable` when `patience` is over
  /// before: then not even a part may be taken for the whole.
  public func readToEnd(
    patience: Duration = .seconds(30), stop: StopFlag? = nil, _ body: (TopicRecord) throws(CDCError) -> Void
  ) throws(CDCError) {
    let deadline = SystemTime.monotonicNanoseconds + patience.nanoseconds
    let client = try connect(waitingLong: false, patience: patience)
    let goals = try watermarks(patience: patience, stop: stop).mapValues(\.high)
    while true {
      if let message = rd_kafka_consumer_poll(client.pointer, 50) {
        defer { rd_kafka_message_destroy(message) }
        if try take(message) { try body(Self.record(message.pointee, message)) }
      }
      if goals.allSatisfy({ (ends[$0.key] ?? 0) >= $0.value }) { break }
      guard SystemTime.monotonicNanoseconds < deadline, !(stop?.isRaised ?? false) else { throw unreadable(goals) }
    }
    status.succeeded()
  }

  /// Appends records to `batch` until it holds about `limit` bytes (`more`) or none waits (`dry`), waiting up to
  /// `patience` for the first.
  public func poll(into batch: RecordBatch, limit: Int, patience: Duration) throws(CDCError) -> PollOutcome {
    let client = try connect(waitingLong: true, patience: .seconds(10))
    let deadline = SystemTime.monotonicNanoseconds + patience.nanoseconds
    batch.topics = [topic]
    while batch.weight < limit {
      let left = max((deadline - SystemTime.monotonicNanoseconds) / 1_000_000, 0)
      guard let message = rd_kafka_consumer_poll(client.pointer, batch.records.isEmpty ? Int32(left) : 0) else {
        return .dry
      }
      defer { rd_kafka_message_destroy(message) }
      if try take(message) { ConsumedMessage.append(message.pointee, message, topic: 0, to: batch) }
    }
    return .more
  }

  /// Reads from where it is to the end that the topic has now, in batches of about `limit` bytes, until `body` says
  /// false. With committed isolation the end is the last stable offset: what an open transaction hides is waited for a
  /// second, since one that was just committed ends that late, and then left out. Throws `kafkaTopicMissing` if there is no such topic, `kafkaTopicUnreadable` when nothing came for `patience`.
  public func readBatches(
    limit: Int, patience: Duration = .seconds(30), stop: StopFlag? = nil,
    _ body: (RecordBatch) throws(CDCError) -> Bool
  ) throws(CDCError) {
    let client = try connect(waitingLong: false, patience: patience)
    let goals = try visibleEnds(patience, stop)
    let batch = RecordBatch(capacity: limit + limit / 4)
    batch.topics = [topic]
    var quietSince = SystemTime.monotonicNanoseconds
    while true {
      let isRead = goals.allSatisfy { $0.value.high <= max(positions[$0.key] ?? 0, $0.value.low) }
      if batch.weight >= limit || (isRead && !batch.records.isEmpty) {
        guard try body(batch) else { return }
        batch.reset()
        quietSince = SystemTime.monotonicNanoseconds
      }
      if isRead { break }
      if let message = rd_kafka_consumer_poll(client.pointer, 50) {
        defer { rd_kafka_message_destroy(message) }
        if try take(message) {
          ConsumedMessage.append(message.pointee, message, topic: 0, to: batch)
          quietSince = SystemTime.monotonicNanoseconds
        }
      }
      let isLate = SystemTime.monotonicNanoseconds - quietSince > patience.nanoseconds
      guard !isLate, !(stop?.isRaised ?? false) else { throw unreadable(goals.mapValues(\.high)) }
    }
    status.succeeded()
  }

  private func visibleEnds(
    _ patience: Duration, _ stop: StopFlag?
  ) throws(CDCError) -> [Int32: (low: Int64, high: Int64)] {
    let written = try watermarks(patience: patience, stop: stop)
    guard isolation == .committed else { return written }
    let deadline = SystemTime.monotonicNanoseconds + 1_000_000_000
    while true {
      let visible = try watermarks(of: .committed, patience: patience, stop: stop)
      let isWhole = visible.allSatisfy { $0.value.high >= written[$0.key]?.high ?? 0 }
      if isWhole || SystemTime.monotonicNanoseconds > deadline { return visible }
      pause(.milliseconds(20))
    }
  }

  /// First and next offset of each partition: of all records by default, or of those that readers of committed records
  /// get to see now.
  public func watermarks(
    of isolation: Isolation = .uncommitted, patience: Duration = .seconds(10), stop: StopFlag? = nil
  ) throws(CDCError) -> [Int32: (low: Int64, high: Int64)] {
    // Asked by a consumer that reads committed records, the end is that of the last stable offset.
    let asking = try ClientHandle(
      consumer: true, readerProperties(isolation, waitingLong: false), ClientCallbacks(status: status))
    defer { asking.destroy(patience: .seconds(1)) }
    let deadline = SystemTime.monotonicNanoseconds + patience.nanoseconds
    let found = try describe(asking, patience)
    var marks: [Int32: (low: Int64, high: Int64)] = [:]
    for partition in found { marks[partition] = try watermarks(of: partition, asking, deadline, stop) }
    return marks
  }

  private func watermarks(
    of partition: Int32, _ asking: ClientHandle, _ deadline: Int64, _ stop: StopFlag?
  ) throws(CDCError) -> (low: Int64, high: Int64) {
    while true {
      var low: Int64 = 0
      var high: Int64 = 0
      let left = max(deadline - SystemTime.monotonicNanoseconds, 1_000_000) / 1_000_000
      let code = KafkaErrorCode(
        rd_kafka_query_watermark_offsets(asking.pointer, topic, partition, &low, &high, Int32(min(left, 2_000))))
      if code == .none { return (low, high) }
      asking.serveErrors()
      let error = status.error(code, "the end of \(topic)-\(partition) can't be read")
      // A leader that moves, or is not yet chosen, passes.
      let passes = error.code == .kafkaUnreachable || error.code == .kafkaUnexpected || error.code == .kafkaTopicMissing
      let isLate = SystemTime.monotonicNanoseconds >= deadline || stop?.isRaised ?? false
      guard passes, !isLate else { throw error }
      pause(.milliseconds(50))
    }
  }

  /// Gives the client back.
  public func close() {
    client?.destroy(patience: .seconds(2))
    client = nil
  }

  /// Connects, or connects anew where the other way of waiting is wanted. A broker holds a fetch at a partition's end
  /// until its time is up: short for who wants to know the end, long for who only follows.
  private func connect(waitingLong: Bool, patience: Duration) throws(CDCError) -> ClientHandle {
    if let client, isWaitingLong == waitingLong { return client }
    close()
    let made = try ClientHandle(
      consumer: true, readerProperties(isolation, waitingLong: waitingLong), ClientCallbacks(status: status))
    partitions = try describe(made, patience)
    if positions.isEmpty { try findStart(patience) }
    let list = PartitionList(
      Dictionary(
        uniqueKeysWithValues: partitions.map {
          (TopicPartition(topic: topic, partition: $0), positions[$0] ?? Int64(RD_KAFKA_OFFSET_BEGINNING))
        }))
    let code = KafkaErrorCode(list.with { rd_kafka_assign(made.pointer, $0) })
    guard code == .none else { throw code.error("topic \(topic) can't be read") }
    ends = [:]
    client = made
    isWaitingLong = waitingLong
    return made
  }

  private func findStart(_ patience: Duration) throws(CDCError) {
    switch start {
    case .beginning: break
    case .offsets(let offsets): positions = offsets
    case .end: positions = try watermarks(patience: patience).mapValues(\.high)
    case .last(let count): positions = try watermarks(patience: patience).mapValues { max($0.high - count, $0.low) }
    }
  }

  private func describe(_ client: ClientHandle, _ patience: Duration) throws(CDCError) -> [Int32] {
    guard let found = try Metadata.one(topic, client, patience: patience), found.partitionCount > 0 else {
      throw CDCError(.kafkaTopicMissing, "topic \(topic) does not exist")
    }
    return (0..<found.partitionCount).filter { wanted?.contains($0) ?? true }
  }

  private func readerProperties(_ isolation: Isolation, waitingLong: Bool) -> KafkaProperties {
    var made = properties
    made["isolation.level"] = isolation.rawValue
    // Only a name: it never joins, and commits nothing.
    made.setDefault("group.id", "martinet-reader")
    made["enable.auto.commit"] = "false"
    made["enable.auto.offset.store"] = "false"
    made["enable.partition.eof"] = "true"
    made["auto.offset.reset"] = "error"
    made["fetch.wait.max.ms"] = waitingLong ? "500" : "10"
    // Where the queue was full, librdkafka 2.0 takes its time until it fetches again, so who reads a whole topic has a
    // larger one.
    made["queued.max.messages.kbytes"] = waitingLong ? "8192" : "16384"
    return made
  }

  /// Notes how far a partition was read. False: the message is no record. Throws what does not pass by itself.
  private func take(_ message: UnsafePointer<rd_kafka_message_t>) throws(CDCError) -> Bool {
    let partition = message.pointee.partition
    switch message.pointee.err {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      positions[partition] = message.pointee.offset + 1
      return true
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      ends[partition] = message.pointee.offset
      positions[partition] = message.pointee.offset
      return false
    default: break
    }
    let code = KafkaErrorCode(message.pointee.err)
    status.report(code, code.text)
    switch code.errorCode {
    // The group's name is no more than that, so what its coordinator says does not matter.
    case .kafkaUnreachable, .kafkaUnexpected, .kafkaTLS, .kafkaGroup: return false
    case .kafkaAuthorization where code.rawValue == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED.rawValue: return false
    case .kafkaOffsetGone:
      throw CDCError(.kafkaTopicUnreadable, "topic \(topic) lost records while it was read", cause: code.description)
    default: throw code.error("topic \(topic) can't be read")
    }
  }

  private func unreadable(_ goals: [Int32: Int64]) -> CDCError {
    let open = goals.filter { (ends[$0.key] ?? 0) < $0.value }.keys.sorted()
    let cause = status.lastProblem.map { "\($0.code.name): \($0.text)" }
    return CDCError(
      .kafkaTopicUnreadable, "topic \(topic) was not read to the end of its partitions \(open) in time", cause: cause)
  }

  private static func record(_ message: rd_kafka_message_t, _ pointer: UnsafePointer<rd_kafka_message_t>) -> TopicRecord
  {
    TopicRecord(
      partition: message.partition, offset: message.offset, timestamp: rd_kafka_message_timestamp(pointer, nil),
      key: message.key.map { UnsafeRawBufferPointer(start: $0, count: message.key_len) },
      value: message.payload.map { UnsafeRawBufferPointer(start: $0, count: message.len) })
  }
}
