/// A run of Kafka records, ready to be produced or as consumed: one buffer of bytes, and a table of `Record` values that
/// point into it. It moves between threads as a whole: whoever holds it owns it, nobody else may touch it.
public final class RecordBatch: @unchecked Sendable {
  /// The records' keys, values and headers.
  public var bytes: ByteBuffer
  /// The records, in order.
  public var records: ContiguousArray<Record> = []
  /// The topics that records name by number. Of an encoder's batches the numbers stay the same from batch to batch.
  public var topics: [String] = []
  /// Headers that many records share, by number; these numbers stay the same from batch to batch, too.
  public var headerSets: [[Header]] = []
  /// How far the source is once this batch is durable; nil where nothing moved.
  public var endOffset: SourceOffset?
  /// Whether the source had more when it handed this over: then nobody gains by an early commit.
  public var isFollowed = false
  /// Changes in it by `Operation.rawValue`, for metrics.
  public var counts: [Int] = Array(repeating: 0, count: Operation.allCases.count)
  /// Commit time of the oldest change in it, microseconds since 1970; 0: none.
  public var oldestCommitMicroseconds: Int64 = 0

  /// An empty batch.
  public init(capacity: Int = 1 << 16) { bytes = ByteBuffer(capacity: capacity) }

  /// What it weighs in a queue's limit: the bytes and the tables.
  public var weight: Int { bytes.count + records.count * MemoryLayout<Record>.stride }

  /// Empties it and keeps the memory, up to `limit` bytes.
  public func reset(keepingAtMost limit: Int = 8 << 20) {
    bytes.removeAll(keepingAtMost: limit)
    records.removeAll(keepingCapacity: true)
    endOffset = nil
    isFollowed = false
    for index in counts.indices { counts[index] = 0 }
    oldestCommitMicroseconds = 0
  }
}

/// A Kafka record as numbers into its batch.
public struct Record: Sendable {
  /// The topic's place in `RecordBatch.topics`.
  public var topic: Int32
  /// The partition; -1: chosen by the key.
  public var partition: Int32 = -1
  /// Of a consumed record: its offset; else -1.
  public var offset: Int64 = -1
  /// Milliseconds since 1970; -1: the time of producing.
  public var timestamp: Int64 = -1
  /// The key; absent: null.
  public var key: ByteRange = .none
  /// The value; absent: a tombstone.
  public var value: ByteRange = .none
  /// The place in `RecordBatch.headerSets` of headers shared with others; -1: none.
  public var headerSet: Int32 = -1
  /// Headers of its own, before the shared ones, in the form that `HeaderList` reads and writes; absent: none.
  public var headers: ByteRange = .none

  /// The place in `RecordBatch.topics` of the topic that it was read from, where a stage or a replay gave it another; -1:
  /// `topic`.
  public var consumed: Int32 = -1
  /// Whether it counts for the offsets only: a stage dropped it, or it was put away.
  public var isExcluded = false

  /// A record without bytes yet.
  public init(topic: Int32) { self.topic = topic }

  /// The place in `RecordBatch.topics` of the topic that it was read from.
  public var consumedTopic: Int32 { consumed >= 0 ? consumed : topic }
}

/// A record header.
public struct Header: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// Its value; nil: null.
  public var value: [UInt8]?

  /// A header.
  public init(name: String, value: [UInt8]?) {
    self.name = name
    self.value = value
  }
}
