internal import ChangeModel
internal import Flow
internal import KafkaClient

/// Publishes to the embedded broker. What it holds is gone after a restart, so the source's position is kept in the state
/// directory, and it is the last one that all own sinks have delivered.
final class EmbeddedPublisher: EventPublisher {
  private static let saveInterval: Int64 = 200_000_000

  private let connector: String
  private let publisher: TransactionalPublisher
  private let flow: EmbeddedFlow
  private let offsets: EmbeddedOffsets
  private var stop = StopFlag()
  private var unsaved: SourceOffset?
  private var savedAt: Int64 = 0

  init(connector: String, settings: PublisherSettings, flow: EmbeddedFlow, offsets: EmbeddedOffsets) {
    self.connector = connector
    self.flow = flow
    self.offsets = offsets
    publisher = TransactionalPublisher(settings)
  }

  func open(stop: StopFlag) throws(CDCError) -> String? {
    self.stop = stop
    _ = try publisher.open(stop: stop)
    return offsets.value(of: connector)
  }

  func add(_ batch: RecordBatch) throws(CDCError) {
    let topics = Set(batch.topics)
    while !flow.waitForRoom(topics, patience: .milliseconds(100)) {
      // Committing would not help: it is the sinks that are behind. A stop gives up what is not published.
      guard !stop.isRaised else {
        throw CDCError(.stopTimedOut, "connector \(connector) stopped while its sinks were behind")
      }
    }
    try publisher.add(batch)
  }

  func commit(_ offset: SourceOffset) throws(CDCError) -> (position: DurablePosition?, batches: [RecordBatch]) {
    let (_, batches) = try publisher.commit(offset)
    var bytes: [String: Int] = [:]
    for batch in batches {
      for record in batch.records {
        bytes[batch.topics[Int(record.topic)], default: 0] += Int(record.key.count) + Int(record.value.count) + 100
      }
    }
    flow.published(by: connector, offset, ends: publisher.deliveredEnds, bytes: bytes)
    return (try laterDurable(), batches)
  }

  func laterDurable() throws(CDCError) -> DurablePosition? {
    if let newer = flow.takeDurable(connector) { unsaved = newer }
    let now = SystemTime.monotonicNanoseconds
    guard let offset = unsaved, now - savedAt >= Self.saveInterval else { return nil }
    try save(offset, now)
    return DurablePosition(committed: offset)
  }

  func close() {
    if let newer = flow.takeDurable(connector) { unsaved = newer }
    // What can't be saved now is read again from the source, and the sinks know it by its offsets.
    if let offset = unsaved { try? save(offset, SystemTime.monotonicNanoseconds) }
    publisher.close()
  }

  private func save(_ offset: SourceOffset, _ now: Int64) throws(CDCError) {
    try offsets.set(connector, offset)
    unsaved = nil
    savedAt = now
  }
}
