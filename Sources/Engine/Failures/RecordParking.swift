internal import ChangeModel
internal import Flow
internal import Settings
internal import Telemetry

/// Decides what becomes of a sink task's failed records, and puts them away. It belongs to the task's thread.
final class RecordParking: RejectionHandler {
  let policy: FailurePolicy
  /// What waits in the retry topics.
  var parked: ParkedKeys
  private let connector: String
  private let task: Int
  private let producer: PutAwayProducer
  private let meter: FailureMeter
  private var records: PutAwayRecords
  /// The batch under way as it was read; what sinks get may have gone through stages.
  private var raw: RecordBatch
  /// The tier that the batch under way comes from; -1: from the topics, or replayed.
  private var tier = -1
  /// Where its records stood first; nil: where they were read.
  private var origins: [RecordOrigin]?
  /// The record that is tried in place, and since when.
  private var refused: (origin: RecordOrigin, since: Int64)?

  init(
    connector: String, task: Int, policy: FailurePolicy, producer: PutAwayProducer, meter: FailureMeter
  ) {
    self.connector = connector
    self.task = task
    self.policy = policy
    self.producer = producer
    self.meter = meter
    records = PutAwayRecords(connector: connector, task: task, policy: policy)
    parked = ParkedKeys(tiers: policy.tiers.count)
    raw = RecordBatch(capacity: 16)
  }

  /// A batch begins, as it was read. `origins` of a side topic's records.
  func begin(_ batch: RecordBatch, tier: Int = -1, origins: [RecordOrigin]? = nil) {
    raw = batch
    self.tier = tier
    self.origins = origins
  }

  /// Before a batch from the topics is written: what waits already is left out, and what waits behind it is put there.
  func holdBack() throws(CDCError) {
    guard !parked.isEmpty else { return }
    for index in raw.records.indices where !raw.records[index].isExcluded {
      let origin = origin(of: index)
      if parked.contains(origin, tier: 0) {
        raw.records[index].isExcluded = true
      } else if policy.keepsKeyOrder, let tier = parked.tier(of: key(of: index), after: -1) {
        wait(index, origin, nil, tier: tier)
      }
    }
    try flush()
  }

  /// Puts a record of a side topic behind the others of its key.
  func forward(_ index: Int, to tier: Int) { wait(index, origin(of: index), nil, tier: tier) }

  func accepts(_ rejection: Rejection, of batch: RecordBatch) -> Bool {
    switch rejection.error.code.failureClass {
    case .target, .fatal: return false
    case .poison: return policy.isTolerant
    case .record:
      if !policy.tiers.isEmpty { return policy.next(after: tier) != nil || policy.isTolerant }
      return isTriedLongEnough(origin(of: rejection.record)) && policy.isTolerant
    }
  }

  func park(_ rejections: [Rejection], of batch: RecordBatch) throws(CDCError) {
    for rejection in rejections where !raw.records[rejection.record].isExcluded {
      let origin = origin(of: rejection.record)
      if rejection.error.code.failureClass == .record, let next = policy.next(after: tier) {
        wait(rejection.record, origin, rejection.error, tier: next)
        if policy.keepsKeyOrder { holdBack(behind: rejection.record, tier: next) }
      } else {
        bury(rejection, origin)
      }
    }
    try flush()
    for index in raw.records.indices where raw.records[index].isExcluded { batch.records[index].isExcluded = true }
  }

  /// How long to wait before the record that was refused is tried again in place; nil: it is not.
  func waitInPlace(attempt: Int) -> Duration? {
    guard policy.tiers.isEmpty, let refused, !isTriedLongEnough(refused.origin) else { return nil }
    let shift = min(attempt, 20)
    let wait = min(.milliseconds(Int64(300) << shift), policy.longestDelay)
    guard let timeout = policy.retryTimeout else { return wait }
    let left = timeout * 1_000_000 - (SystemTime.monotonicNanoseconds - refused.since)
    return min(wait, .nanoseconds(max(left, 1_000_000)))
  }

  /// The partitions changed, or what was read is read again.
  func reset() { parked = ParkedKeys(tiers: policy.tiers.count) }

  func close() { producer.close() }

  // MARK: - Records

  /// Where the record at a place of the batch stood first.
  func origin(of index: Int) -> RecordOrigin {
    if let origins { return origins[index] }
    let record = raw.records[index]
    return RecordOrigin(
      partition: TopicPartition(topic: raw.topics[Int(record.consumedTopic)], partition: record.partition),
      offset: record.offset, attempt: 0)
  }

  /// Its key in the topic that it comes from; nil: it has none.
  func key(of index: Int) -> DeadLetterDigest? {
    let record = raw.records[index]
    guard record.key.isPresent else { return nil }
    let topic = origins?[index].partition.topic ?? raw.topics[Int(record.consumedTopic)]
    return DeadLetterDigest(topic: topic, key: raw.bytes[record.key])
  }

  /// Whether the record in place has had its time; its time begins when it is first asked for.
  private func isTriedLongEnough(_ origin: RecordOrigin) -> Bool {
    let now = SystemTime.monotonicNanoseconds
    if refused?.origin != origin { refused = (origin, now) }
    guard let since = refused?.since, let timeout = policy.retryTimeout else { return false }
    return now - since >= timeout * 1_000_000
  }

  /// Later records of the same key wait behind it.
  private func holdBack(behind index: Int, tier: Int) {
    guard let key = key(of: index) else { return }
    let length = raw.records[index].key.count
    for later in (index + 1)..<max(raw.records.count, index + 1)
    where !raw.records[later].isExcluded && raw.records[later].key.count == length {
      if self.key(of: later) == key { wait(later, origin(of: later), nil, tier: tier) }
    }
  }

  private func wait(_ index: Int, _ origin: RecordOrigin, _ error: CDCError?, tier: Int) {
    records.addRetry(raw.records[index], in: raw, origin, error, tier: policy.tiers[tier])
    parked.add(origin, key(of: index), tier: tier)
    raw.records[index].isExcluded = true
    meter.retried(tier: policy.tiers[tier].name)
    if let error { log(error, origin, "waits in retry tier \(policy.tiers[tier].name)") }
  }

  private func bury(_ rejection: Rejection, _ origin: RecordOrigin) {
    let record = raw.records[rejection.record]
    raw.records[rejection.record].isExcluded = true
    if let topic = policy.deadLetterTopic {
      records.addDeadLetter(record, in: raw, origin, rejection, to: topic)
      meter.deadLetter(rejection.error)
      log(rejection.error, origin, "goes to the dead letter topic")
    } else {
      meter.dropped(rejection.error)
      log(rejection.error, origin, "is left out")
    }
  }

  private func flush() throws(CDCError) {
    defer { records.reset() }
    meter.parked(parked.count, task: task)
    guard !records.isEmpty else { return }
    let numbers = Set(records.records.records.map(\.topic))
    try producer.produce(records.records, to: numbers.map { records.topicNames[Int($0)] })
    KillPoint.sinkParked.pass()
  }

  /// `errors.log.enable`, and `errors.log.include.messages` for the place; never what the record holds.
  private func log(_ error: CDCError, _ origin: RecordOrigin, _ fate: String) {
    guard policy.logs else { return }
    let place =
      policy.logsPlaces
      ? " (topic \(origin.partition.topic), partition \(origin.partition.partition), offset \(origin.offset))" : ""
    meter.log.warn("a record\(place) \(fate): \(error.description)", ["error.code": error.code.name])
  }
}
