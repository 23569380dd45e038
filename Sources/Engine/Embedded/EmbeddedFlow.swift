internal import ChangeModel
internal import Flow

/// Ties sources to the sinks behind them while the embedded broker stands in for Kafka.
///
/// That broker keeps only the last 5 MiB of a partition and forgets everything at a restart. So a source position counts
/// as durable only once all own sinks have delivered what was published up to it, and a source is held back before its
/// sinks could fall 4 MiB behind.
final class EmbeddedFlow: @unchecked Sendable {
  /// Bytes of a topic that may wait for the sinks.
  static let backlogLimit = 4 << 20

  private struct Published {
    var source: String
    var offset: SourceOffset
    /// The end of each partition behind it.
    var ends: [TopicPartition: Int64]
    var bytes: [String: Int]
  }

  private let lock = Lock()
  private var sinks: [String: (String) -> Bool] = [:]
  private var delivered: [String: [TopicPartition: Int64]] = [:]
  private var published: [Published] = []
  private var durable: [String: SourceOffset] = [:]

  /// A sink takes part from now on; `reads` tells the topics that it reads.
  func join(sink: String, reads: @escaping @Sendable (_ topic: String) -> Bool) {
    lock.withLock {
      sinks[sink] = reads
      if delivered[sink] == nil { delivered[sink] = [:] }
    }
  }

  /// A sink is gone: nothing waits for it any longer.
  func leave(sink: String) {
    lock.withLock {
      sinks[sink] = nil
      delivered[sink] = nil
      release()
    }
  }

  /// A sink's target has everything before these offsets.
  func delivered(by sink: String, _ offsets: [TopicPartition: Int64]) {
    lock.withLock {
      delivered[sink, default: [:]].merge(offsets) { max($0, $1) }
      release()
    }
  }

  /// A source published up to `offset`; `ends` are the offsets behind the last record of each partition it wrote.
  func published(by source: String, _ offset: SourceOffset, ends: [TopicPartition: Int64], bytes: [String: Int]) {
    lock.withLock {
      published.append(Published(source: source, offset: offset, ends: ends, bytes: bytes))
      release()
    }
  }

  /// The newest offset of `source` that all sinks are past; each is returned once.
  func takeDurable(_ source: String) -> SourceOffset? {
    lock.withLock { durable.removeValue(forKey: source) }
  }

  /// Waits until `topics` have room for more. False: `patience` passed before.
  func waitForRoom(_ topics: Set<String>, patience: Duration) -> Bool {
    lock.acquire()
    defer { lock.release() }
    let deadline = Lock.deadline(after: patience)
    while topics.contains(where: { backlog(of: $0) > Self.backlogLimit }) {
      if !lock.wait(deadline) { return false }
    }
    return true
  }

  private func backlog(of topic: String) -> Int {
    guard sinks.values.contains(where: { $0(topic) }) else { return 0 }
    return published.reduce(0) { $0 + ($1.bytes[topic] ?? 0) }
  }

  /// Lets go of what all sinks have, source by source in order.
  private func release() {
    var isBlocked: Set<String> = []
    published.removeAll { entry in
      guard !isBlocked.contains(entry.source), isDelivered(entry) else {
        isBlocked.insert(entry.source)
        return false
      }
      durable[entry.source] = entry.offset
      return true
    }
    lock.wakeAll()
  }

  private func isDelivered(_ entry: Published) -> Bool {
    entry.ends.allSatisfy { partition, end in
      sinks.allSatisfy { name, reads in
        !reads(partition.topic) || (delivered[name]?[partition] ?? 0) >= end
      }
    }
  }
}
