internal import ChangeModel
internal import Flow
internal import KafkaClient
internal import Settings

/// A task's part of the connector's side topics: replays, and records that wait in retry tiers. Each is the task's that
/// owns the partition which its record stood in first, so the order of a key can be kept. It belongs to the task's thread.
final class SideTopics {
  private static let lookInterval: Int64 = 2_000_000_000
  private static let batchBytes = 4 << 20

  private let kafka: KafkaEnvironment
  private let connector: String
  private let policy: FailurePolicy
  private let parking: RecordParking
  private let sink: any RecordSink
  private let offsets: SideOffsets
  private let meter: FailureMeter
  private var streams: [SideStream] = []
  private var owned: Set<TopicPartition> = []
  /// The offsets that the target knew when the partitions were assigned.
  private var known: [TopicPartition: Int64] = [:]
  /// How far each partition of a side topic was handed over, by its made-up name.
  private var next: [TopicPartition: Int64] = [:]
  private var guarding: ReplayGuard
  private var lookAt: Int64 = 0
  /// What the batch under way holds.
  private var underway: (tier: Int, origins: [RecordOrigin]) = (-1, [])

  init(
    _ kafka: KafkaEnvironment, connector: String, offsetsTopic: String, parking: RecordParking, sink: any RecordSink,
    meter: FailureMeter
  ) {
    self.kafka = kafka
    self.connector = connector
    self.parking = parking
    policy = parking.policy
    self.sink = sink
    self.meter = meter
    guarding = ReplayGuard(kafka, deadLetterTopic: parking.policy.deadLetterTopic, connector: connector)
    offsets = SideOffsets(kafka, topic: offsetsTopic, connector: connector)
  }

  /// The task owns these partitions from now on. The next `fill` looks what waits for them.
  func assigned(_ partitions: [TopicPartition], known: [TopicPartition: Int64]) {
    restart()
    owned = Set(partitions)
    self.known = known
  }

  /// The task owns nothing.
  func revoked() {
    restart()
    owned = []
    known = [:]
  }

  /// Forgets what was read: it is read again from what is durable.
  func restart() {
    let claimed = Array(next.keys)
    if !claimed.isEmpty { sink.revoked(claimed) }
    for stream in streams { stream.close() }
    streams = []
    next = [:]
    guarding = ReplayGuard(kafka, deadLetterTopic: policy.deadLetterTopic, connector: connector)
    lookAt = 0
    offsets.close()
    parking.reset()
  }

  /// Fills an empty batch with records that are due, of one side topic. `consumer` tells how far the topics themselves
  /// were written, since nothing of them is under way now.
  func fill(_ batch: RecordBatch, _ consumer: any RecordConsumer) throws(CDCError) {
    guard !owned.isEmpty else { return }
    try look(consumer)
    for stream in streams {
      try fill(batch, from: stream, consumer)
      if !batch.records.isEmpty { return }
    }
  }

  /// Before a batch of the topics is written: it must be known what waits for its partitions.
  func prepare(_ consumer: any RecordConsumer) throws(CDCError) {
    if !owned.isEmpty { try look(consumer) }
  }

  /// The batch from `fill` was written.
  func written(_ durable: [TopicPartition: Int64], _ batch: RecordBatch) throws(CDCError) {
    for (index, record) in batch.records.enumerated() {
      let name = TopicPartition(topic: batch.topics[Int(record.consumedTopic)], partition: record.partition)
      next[name] = max(next[name] ?? 0, record.offset + 1)
      let origin = underway.origins[index]
      if underway.tier >= 0 {
        parking.parked.remove(origin, parking.key(of: index), tier: underway.tier)
      } else {
        guarding.written(parking.key(of: index), origin.offset)
      }
    }
    if !sink.keepsOffsets { try offsets.store(durable.filter { SideOffsets.isSide($0.key) }) }
  }

  /// What became durable later of a sink that gathers records.
  func store(_ durable: [TopicPartition: Int64]) throws(CDCError) {
    guard !sink.keepsOffsets else { return }
    try offsets.store(durable.filter { SideOffsets.isSide($0.key) })
  }

  func close() {
    for stream in streams { stream.close() }
    streams = []
    offsets.close()
  }

  // MARK: - Finding

  /// Looks from time to time which side topics there are. What is found is read whole once, so that it is known which
  /// keys wait before anything of the topics is written.
  private func look(_ consumer: any RecordConsumer) throws(CDCError) {
    let now = SystemTime.monotonicNanoseconds
    guard now >= lookAt else { return }
    lookAt = now + Self.lookInterval
    for tier in policy.tiers.indices.reversed() {
      try open(PutAwayRecords.topic(of: policy.tiers[tier], connector), tier: tier, consumer)
    }
    try open(ReplayTargets.replayTopic(of: connector), tier: -1, consumer)
  }

  private func open(_ topic: String, tier: Int, _ consumer: any RecordConsumer) throws(CDCError) {
    guard !streams.contains(where: { $0.topic == topic }), consumer.exists(topic) else { return }
    let stream = SideStream(kafka.properties, topic: topic, tier: tier)
    if tier >= 0 {
      try stream.scan { record, batch throws(CDCError) in
        guard let found = try entry(record, batch, topic) else { return }
        parking.parked.add(found.origin, key(record, batch, found.origin), tier: tier)
      }
    }
    streams.append(stream)
    // The oldest first: what waits in a later tier, then replays.
    streams.sort { $0.tier > $1.tier }
  }

  private struct Entry {
    var origin: RecordOrigin
    var due: Int64
    var name: TopicPartition
  }

  /// A record of a side topic that is this task's and was not handed over yet.
  private func entry(_ record: Record, _ batch: RecordBatch, _ topic: String) throws(CDCError) -> Entry? {
    guard record.headers.isPresent, let reading = SideHeaders.read(batch.bytes[record.headers]),
      owned.contains(reading.origin.partition)
    else { return nil }
    let name = SideOffsets.partition(topic, record.partition, of: reading.origin.partition)
    guard record.offset >= (try claim(name)) else { return nil }
    return Entry(origin: reading.origin, due: reading.due, name: name)
  }

  /// Takes a made-up partition over, once.
  private func claim(_ name: TopicPartition) throws(CDCError) -> Int64 {
    if let known = next[name] { return known }
    var offset: Int64?
    do { offset = try sink.assigned([name])[name] } catch { throw CDCError(wrapping: error) }
    if offset == nil, !sink.keepsOffsets { offset = try offsets.offset(of: name) }
    let start = offset ?? 0
    next[name] = start
    return start
  }

  private func key(_ record: Record, _ batch: RecordBatch, _ origin: RecordOrigin) -> DeadLetterDigest? {
    guard record.key.isPresent else { return nil }
    return DeadLetterDigest(topic: origin.partition.topic, key: batch.bytes[record.key])
  }

  // MARK: - Taking

  private func fill(_ batch: RecordBatch, from stream: SideStream, _ consumer: any RecordConsumer) throws(CDCError) {
    let now = SystemTime.wallNanoseconds / 1_000_000
    let positions = consumer.positions
    var late: [(index: Int, late: ReplayGuard.Late)] = []
    var forwards: [(index: Int, tier: Int)] = []
    var origins: [RecordOrigin] = []
    var copier = RecordCopier(batch)
    try stream.take { record, source throws(CDCError) in
      guard batch.weight < Self.batchBytes else { return false }
      guard let found = try entry(record, source, stream.topic) else {
        noteReplayed(record, source, stream)
        return true
      }
      let key = key(record, source, found.origin)
      if stream.tier >= 0 {
        // Another owner put it there that did not know that it was none any more: this task handled it itself.
        guard parking.parked.contains(found.origin, tier: stream.tier) else { return true }
        let position = positions[found.origin.partition] ?? known[found.origin.partition] ?? 0
        guard found.due <= now, position > found.origin.offset else { return false }
      }
      let index = copier.add(record, of: source, found.name, topic: found.origin.partition.topic)
      origins.append(found.origin)
      let ahead = policy.keepsKeyOrder ? parking.parked.tier(of: key, after: stream.tier) : nil
      if let tier = ahead {
        forwards.append((index, tier))
      } else if sink.keepsRows, found.origin.attempt > 0 || !policy.keepsKeyOrder {
        late.append((index, ReplayGuard.Late(origin: found.origin, key: key)))
      }
      return true
    }
    underway = (stream.tier, origins)
    parking.begin(batch, tier: stream.tier, origins: origins)
    for forward in forwards { parking.forward(forward.index, to: forward.tier) }
    try leaveOut(late, in: batch, positions, stream)
  }

  /// A replay that was handed over before the task began counts as written.
  private func noteReplayed(_ record: Record, _ source: RecordBatch, _ stream: SideStream) {
    guard stream.tier < 0, let late = late(record, source) else { return }
    guarding.written(late.key, late.origin.offset)
  }

  /// A record of a side topic that is this task's.
  private func late(_ record: Record, _ source: RecordBatch) -> ReplayGuard.Late? {
    guard record.headers.isPresent, let reading = SideHeaders.read(source.bytes[record.headers]),
      owned.contains(reading.origin.partition)
    else { return nil }
    return ReplayGuard.Late(origin: reading.origin, key: key(record, source, reading.origin))
  }

  /// Late records with a newer one of their key are left out; those of which it can't be told are dead letters again.
  private func leaveOut(
    _ late: [(index: Int, late: ReplayGuard.Late)], in batch: RecordBatch, _ positions: [TopicPartition: Int64],
    _ stream: SideStream
  ) throws(CDCError) {
    guard !late.isEmpty else { return try parking.park([], of: batch) }
    let findings = try guarding.findings(late.map(\.late), position: { positions[$0] ?? known[$0] }) {
      () throws(CDCError) in
      var ahead: [ReplayGuard.Late] = []
      try stream.scan { record, source in if let found = self.late(record, source) { ahead.append(found) } }
      return ahead
    }
    var unknown: [Rejection] = []
    var superseded = 0
    for (finding, entry) in zip(findings, late) {
      switch finding {
      case .newest: break
      case .superseded:
        batch.records[entry.index].isExcluded = true
        superseded += 1
      case .unknown:
        let origin = entry.late.origin
        let error = CDCError(
          .replayTooLate,
          "The replayed record of topic \(origin.partition.topic), partition \(origin.partition.partition), offset"
            + " \(origin.offset) has lost those behind it to the topic's retention")
        unknown.append(
          Rejection(record: entry.index, error: error, stage: .taskPut, className: "martinet"))
      }
    }
    if superseded > 0 { meter.superseded(superseded) }
    try parking.park(unknown, of: batch)
  }
}

extension RecordCopier {
  /// Copies a record of a side topic, under the topic that it stood in first; `name` is what its offset is kept under.
  /// Returns its place.
  fileprivate mutating func add(
    _ record: Record, of source: RecordBatch, _ name: TopicPartition, topic: String
  ) -> Int {
    var made = record
    made.topic = number(of: topic)
    made.consumed = number(of: name.topic)
    made.partition = name.partition
    made.key = copy(record.key, of: source)
    made.value = copy(record.value, of: source)
    let start = batch.bytes.count
    copyHeaders(record.headers, of: source) { !SideHeaders.isAdded($0) }
    made.headers = batch.bytes.count > start ? ByteRange(offset: start, count: batch.bytes.count - start) : .none
    batch.records.append(made)
    return batch.records.count - 1
  }
}
