internal import ChangeModel
internal import Flow

/// The publisher's thread: takes batches from the queue into Kafka transactions and closes them by the pacer's word.
struct PublisherLoop {
  let link: PublisherLink
  let publisher: any EventPublisher
  let meter: SourceMeter
  let stop: StopFlag
  /// Topics of a batch are made before its records; called with names not seen before.
  let prepareTopics: ([String]) throws(CDCError) -> Void

  private static let idleWait: Int64 = 500_000_000

  /// Runs until the queue is closed and empty (then commits what is open), or until something fails.
  func run() {
    defer { publisher.close() }
    do throws(CDCError) {
      let offset = try publisher.open(stop: stop)
      link.setOpened(.success(offset))
      try publish()
    } catch {
      link.setOpened(.failure(error))
      link.fail(error)
    }
  }

  private func publish() throws(CDCError) {
    var pacer = TransactionPacer()
    var open = OpenTransaction()
    var knownTopics = 0
    var wait: Int64 = Self.idleWait
    while true {
      if let batch = link.queue.take(patience: .nanoseconds(wait)) {
        if batch.topics.count > knownTopics {
          try prepareTopics(Array(batch.topics[knownTopics...]))
          knownTopics = batch.topics.count
        }
        open.note(batch)
        try publisher.add(batch)
        pacer.added(at: SystemTime.monotonicNanoseconds)
      } else if link.isFinished {
        if !open.isEmpty { _ = try commit(&open, &pacer) }
        return
      }
      if let later = try publisher.laterDurable() { link.committed(later, recycling: []) }
      guard !open.isEmpty else {
        wait = Self.idleWait
        continue
      }
      let isEmpty = link.queue.isEmpty
      let isDry = isEmpty && !open.isFollowed
      switch pacer.decide(at: SystemTime.monotonicNanoseconds, isDry: isDry, records: open.records, bytes: open.bytes) {
      case .close: wait = try commit(&open, &pacer) ? 0 : Self.idleWait
      case .wait(let nanoseconds): wait = isEmpty ? nanoseconds : 0
      }
    }
  }

  /// Commits the open transaction if its offset is known. False: nothing could be committed yet.
  private func commit(_ open: inout OpenTransaction, _ pacer: inout TransactionPacer) throws(CDCError) -> Bool {
    guard let offset = open.offset else { return false }
    KillPoint.sourceProduced.pass()
    let (position, batches) = try publisher.commit(offset)
    KillPoint.sourceCommitted.pass()
    pacer.committed(at: SystemTime.monotonicNanoseconds)
    meter.committed(open, batches: batches)
    link.committed(position, recycling: batches)
    open = OpenTransaction()
    return true
  }
}

/// What is in the Kafka transaction that is open.
struct OpenTransaction {
  private(set) var records = 0
  private(set) var bytes = 0
  private(set) var batches = 0
  /// Whether the source had more behind the last batch.
  private(set) var isFollowed = false
  /// The offset behind the last batch.
  private(set) var offset: SourceOffset?

  var isEmpty: Bool { batches == 0 }

  mutating func note(_ batch: RecordBatch) {
    records += batch.records.count
    bytes += batch.bytes.count
    batches += 1
    isFollowed = batch.isFollowed
    if let end = batch.endOffset { offset = end }
  }
}
