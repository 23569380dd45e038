internal import CRDKafka
public import ChangeModel
internal import Flow

/// Reads committed records as a member of a consumer group. It belongs to one thread: all calls come from there, and
/// `assigned` and `revoked` are called there, from inside `poll` and `close`.
public final class GroupConsumer {
  /// What the client last said about its connections; any thread may read it.
  public let status = ClientStatus()
  /// The partitions that this member owns now.
  public private(set) var assignment: [TopicPartition] = []
  /// Whether the partitions were lost before they were revoked: others own them already, nothing may be committed.
  public private(set) var isAssignmentLost = false

  /// Whether the group gave this member partitions that `assigned` threw on: nobody reads them until it leaves the group.
  public private(set) var hasRefusedPartitions = false

  /// Whether partitions that are assigned from now on wait until they are resumed.
  public var startsPaused = false

  let client: ClientHandle
  let settings: ConsumerSettings
  private let assigned: ([TopicPartition]) throws -> [TopicPartition: Int64]
  private let revoked: ([TopicPartition]) -> Void
  var topics = TopicNumbers()
  private var pending: CDCError?
  private var filling: RecordBatch?
  private var isClosed = false

  /// A member that has not joined yet. `assigned` returns the offset to go on from for each partition that the target
  /// knows; the others begin at the group's committed offset, or as the settings say.
  public init(
    _ settings: ConsumerSettings, assigned: @escaping ([TopicPartition]) throws -> [TopicPartition: Int64],
    revoked: @escaping ([TopicPartition]) -> Void
  ) throws(CDCError) {
    self.settings = settings
    self.assigned = assigned
    self.revoked = revoked
    let callbacks = ClientCallbacks(status: status)
    let relay = Relay()
    callbacks.rebalanced = { relay.consumer?.rebalance(KafkaErrorCode($0), $1) }
    callbacks.committed = { relay.consumer?.commitReturned(KafkaErrorCode($0)) }
    client = try ClientHandle(consumer: true, settings.consumerProperties, callbacks)
    relay.consumer = self
  }

  deinit { topics.release() }

  /// Joins the group for these topics; a name that begins with `^` is a regular expression over all topics.
  public func subscribe(to names: [String]) throws(CDCError) {
    let list = PartitionList(names.map { TopicPartition(topic: $0, partition: -1) })
    let code = KafkaErrorCode(list.with { rd_kafka_subscribe(client.pointer, $0) })
    guard code == .none else {
      throw code.error("group \(settings.group) can't subscribe to \(names.joined(separator: ", "))")
    }
  }

  /// Appends records to `batch` until it holds about `limit` bytes (`more`) or none waits (`dry`), waiting up to
  /// `patience` for the first. Records of partitions that are revoked meanwhile are taken out again.
  public func poll(into batch: RecordBatch, limit: Int, patience: Duration) throws(CDCError) -> PollOutcome {
    filling = batch
    defer { filling = nil }
    let first = batch.records.count
    var wait = batch.records.isEmpty ? patience.milliseconds : 0
    let deadline = SystemTime.monotonicNanoseconds + patience.nanoseconds
    while batch.weight < limit {
      guard let message = rd_kafka_consumer_poll(client.pointer, wait) else {
        if let error = takePending() { throw error }
        batch.topics = topics.names
        return .dry
      }
      defer { rd_kafka_message_destroy(message) }
      if let error = takePending() { throw error }
      guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR, let topic = message.pointee.rkt else {
        try report(message.pointee)
        wait = Int32(max((deadline - SystemTime.monotonicNanoseconds) / 1_000_000, 0))
        continue
      }
      ConsumedMessage.append(message.pointee, message, topic: topics.number(of: topic, client), to: batch)
      wait = 0
    }
    batch.topics = topics.names
    status.succeeded()
    wakeFetchers(for: batch, from: first)
    return .more
  }

  /// Commits offsets (of the next record to read) for the group. `wait` false: an error shows at a later `poll`.
  public func commit(_ offsets: [TopicPartition: Int64], wait: Bool = true) throws(CDCError) {
    guard !offsets.isEmpty else { return }
    let list = PartitionList(offsets)
    let code = KafkaErrorCode(list.with { rd_kafka_commit(client.pointer, $0, wait ? 0 : 1) })
    guard code != .none else { return }
    let error = status.error(code, "group \(settings.group) can't commit offsets")
    throw error.code == .kafkaUnexpected ? CDCError(.kafkaCommittedOffset, error.message, cause: error.cause) : error
  }

  /// Stops fetching these partitions while staying a member; `poll` must go on being called.
  public func pause(_ partitions: [TopicPartition]) {
    let list = PartitionList(partitions)
    _ = list.with { rd_kafka_pause_partitions(client.pointer, $0) }
  }

  /// Fetches these partitions again.
  public func resume(_ partitions: [TopicPartition]) {
    let list = PartitionList(partitions)
    _ = list.with { rd_kafka_resume_partitions(client.pointer, $0) }
  }

  /// Leaves the group and gives the client back, within about `deadline` whatever the broker does.
  public func close(deadline: Duration = .seconds(5)) {
    guard !isClosed else { return }
    isClosed = true
    let end = SystemTime.monotonicNanoseconds + deadline.nanoseconds
    if let queue = rd_kafka_queue_new(client.pointer) {
      if let error = rd_kafka_consumer_close_queue(client.pointer, queue) {
        rd_kafka_error_destroy(error)
      } else {
        serve(queue, until: end)
      }
      rd_kafka_queue_destroy(queue)
    }
    topics.release()
    let left = max(end - SystemTime.monotonicNanoseconds, 500_000_000)
    client.destroy(patience: .nanoseconds(left))
  }

  /// Serves what closing calls back with.
  private func serve(_ queue: OpaquePointer, until end: Int64) {
    while rd_kafka_consumer_closed(client.pointer) == 0, SystemTime.monotonicNanoseconds < end {
      guard let event = rd_kafka_queue_poll(queue, 50) else { continue }
      if rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE {
        rebalance(KafkaErrorCode(rd_kafka_event_error(event)), rd_kafka_event_topic_partition_list(event))
      }
      rd_kafka_event_destroy(event)
    }
  }

  private func takePending() -> CDCError? {
    defer { pending = nil }
    return pending
  }

  private func commitReturned(_ code: KafkaErrorCode) {
    guard code != .none, code.rawValue != RD_KAFKA_RESP_ERR__NO_OFFSET.rawValue else { return }
    pending =
      pending
      ?? CDCError(.kafkaCommittedOffset, "group \(settings.group) can't commit offsets", cause: code.description)
  }

  /// An error among the messages: what passes by itself is kept for the status, the rest is thrown.
  private func report(_ message: rd_kafka_message_t) throws(CDCError) {
    let code = KafkaErrorCode(message.err)
    let text = message.payload.map {
      String(decoding: UnsafeRawBufferPointer(start: $0, count: message.len), as: UTF8.self)
    }
    status.report(code, text ?? code.text)
    switch code.errorCode {
    case .kafkaUnreachable, .kafkaTopicMissing, .kafkaUnexpected, .kafkaTLS: return
    default: break
    }
    let place = message.rkt == nil ? "" : " at \(topicName(message.rkt))-\(message.partition)"
    throw code.error("group \(settings.group) can't read on\(place)", detail: text)
  }

  private func rebalance(_ code: KafkaErrorCode, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) {
    let partitions = PartitionList.entries(list).map(\.partition)
    if code.rawValue == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS.rawValue {
      isAssignmentLost = false
      hasRefusedPartitions = false
      do {
        try place(partitions, list)
        assignment = partitions
        check(KafkaErrorCode(rd_kafka_assign(client.pointer, list)), "take its partitions")
        // The library remembers of a partition that it was paused, also where it was lost and comes back.
        if startsPaused { pause(partitions) } else { resume(partitions) }
        return
      } catch {
        hasRefusedPartitions = true
        pending = pending ?? CDCError(wrapping: error)
      }
    } else {
      isAssignmentLost = rd_kafka_assignment_lost(client.pointer) != 0
      withdraw(partitions)
      if !assignment.isEmpty { revoked(partitions) }
    }
    assignment = []
    check(KafkaErrorCode(rd_kafka_assign(client.pointer, nil)), "give its partitions back")
  }

  private func check(_ code: KafkaErrorCode, _ what: String) {
    guard code != .none else { return }
    pending = pending ?? CDCError(.kafkaGroup, "group \(settings.group) can't \(what)", cause: code.description)
  }

  /// Sets the offset that each new partition begins at.
  private func place(_ partitions: [TopicPartition], _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?)
    throws
  {
    let known = try assigned(partitions)
    let others = partitions.filter { known[$0] == nil }
    let committed = try others.isEmpty ? [:] : committedOffsets(others)
    for partition in partitions {
      let offset: Int64
      if let found = known[partition] ?? committed[partition] {
        offset = found
      } else {
        switch settings.start {
        case .earliest: offset = Int64(RD_KAFKA_OFFSET_BEGINNING)
        case .latest: offset = Int64(RD_KAFKA_OFFSET_END)
        case .none:
          throw CDCError(
            .kafkaOffsetGone,
            "group \(settings.group) has no offset for \(partition.topic)-\(partition.partition), and auto.offset.reset is none"
          )
        }
      }
      rd_kafka_topic_partition_list_set_offset(list, partition.topic, partition.partition, offset)
    }
  }

  /// The records of revoked partitions that are in the batch that is being filled: they are their next owner's.
  private func withdraw(_ partitions: [TopicPartition]) {
    guard let batch = filling else { return }
    let gone = Set(partitions)
    let names = topics.names
    batch.records.removeAll {
      $0.offset >= 0 && gone.contains(TopicPartition(topic: names[Int($0.topic)], partition: $0.partition))
    }
  }
}

/// What the client's callbacks find their consumer by; it must not keep it alive.
private final class Relay { weak var consumer: GroupConsumer? }
