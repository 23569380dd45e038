/// Writes records to a target. It belongs to one thread, its task's: all calls come from there.
///
/// Offsets are always those of the partition that a record was read from (`Record.consumedTopic`); `Record.topic` is the
/// topic that names the table or object.
public protocol RecordSink: AnyObject {
  /// Whether the target keeps the offsets itself, and `assigned` returns them: also those of partitions that are no
  /// partitions of Kafka's, which the engine makes up for records that come another way. False: they are kept for it.
  var keepsOffsets: Bool { get }

  /// Whether a record replaces what earlier ones of its key wrote, so that one that comes late would set a row back.
  var keepsRows: Bool { get }

  /// Connects. Throws a `CDCError`.
  func start() throws

  /// The task owns these partitions now. Returns the offset to go on from for each that the target (or the sink, for
  /// records that it took but lost with `stop`) knows; the others begin at the group's committed offset. From here on an
  /// older owner can no longer write them.
  func assigned(_ partitions: [TopicPartition]) throws -> [TopicPartition: Int64]

  /// The task no longer owns these partitions: what was taken of them and is not durable is forgotten.
  func revoked(_ partitions: [TopicPartition])

  /// Takes all records of `batch` that are not excluded. Returns how far each partition that moved is durable in the
  /// target: the offset behind it. Records that can't be written go to `rejected` before that offset moves past them.
  /// Throws a `CDCError` whose class says what to do; what was not returned as durable is handed over again then.
  func write(_ batch: RecordBatch, rejected: any RejectionHandler) throws -> [TopicPartition: Int64]

  /// Called about every 200 ms while no records come: a sink that gathers records closes by the clock here what is due.
  /// Returns what became durable, as `write` does.
  func tick() throws -> [TopicPartition: Int64]

  /// Makes durable what was taken so far, since the task stops at the record behind it.
  func finish() throws

  /// Closes all connections and forgets what is not durable. It may be started again.
  func stop()
}

extension RecordSink {
  /// Kafka keeps them.
  public var keepsOffsets: Bool { false }
  /// Every record stays.
  public var keepsRows: Bool { false }
  /// Nothing is gathered.
  public func finish() throws {}
  /// Nothing is ever due.
  public func tick() throws -> [TopicPartition: Int64] { [:] }
}
