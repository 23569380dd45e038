internal import ChangeModel

/// Where a sink task's records come from: a member of the connector's consumer group. It belongs to the task's thread;
/// the sink is told of its partitions from inside `poll`.
protocol RecordConsumer: AnyObject {
  /// Joins the group.
  func open() throws(CDCError)
  /// Appends records to an empty batch until it holds about `limit` bytes or nothing waits; waits `patience` for the
  /// first. After a rebalance the batch holds only records of partitions that are still owned.
  func poll(into batch: RecordBatch, limit: Int, patience: Duration) throws(CDCError)
  /// Commits offsets to the group, for the tools that look there; the target's own are the truth.
  func commit(_ offsets: [TopicPartition: Int64])
  /// Goes on reading at these offsets.
  func seek(_ offsets: [TopicPartition: Int64]) throws(CDCError)
  /// Stops handing out records, or goes on.
  func setPaused(_ isPaused: Bool) throws(CDCError)
  /// The partitions owned now.
  var assignment: [TopicPartition] { get }
  /// Whether the group gave it partitions that could not be taken over: it has to leave the group and join anew, or nobody
  /// reads them.
  var hasRefusedPartitions: Bool { get }
  /// The next offset to read of each partition, where known.
  var positions: [TopicPartition: Int64] { get }
  /// Whether a topic is there; false also where it can't be told now.
  func exists(_ topic: String) -> Bool
  /// Records that wait behind the last ones handed out; nil: not known yet.
  var lag: Int64? { get }
  /// Leaves the group, within seconds.
  func close()
}
