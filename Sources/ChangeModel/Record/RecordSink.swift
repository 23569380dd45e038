/// Writes records to a target. It belongs to one thread, its task's: all calls come from there.
public protocol RecordSink: AnyObject {
  /// Connects. Throws a `CDCError`.
  func start() throws

  /// The task owns these partitions now. Returns the offset to go on from for each that the target knows; the others
  /// begin at the group's committed offset. From here on an older owner can no longer write them.
  func assigned(_ partitions: [TopicPartition]) throws -> [TopicPartition: Int64]

  /// The task no longer owns these partitions.
  func revoked(_ partitions: [TopicPartition])

  /// Writes all records of `batch`. When it returns, they are durable in the target, together with the offset behind
  /// the last one of each partition. Throws a `CDCError` whose class says what to do; then nothing of it was written,
  /// except what `delivered` of the error says.
  func write(_ batch: RecordBatch) throws

  /// Closes all connections.
  func stop()
}
