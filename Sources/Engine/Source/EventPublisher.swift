internal import ChangeModel
internal import Flow

/// Where a source task's records go: Kafka, exactly once, or the embedded broker. It belongs to the publisher's thread.
protocol EventPublisher: AnyObject {
  /// Connects, takes over from any predecessor and returns the stored offset's JSON; nil: there is none.
  func open(stop: StopFlag) throws(CDCError) -> String?
  /// Puts a batch's records into the open transaction; opens one if none is. The batch belongs to the publisher now.
  func add(_ batch: RecordBatch) throws(CDCError)
  /// Commits the transaction together with the offset. Returns the batches in it, to be used again.
  func commit(_ offset: SourceOffset) throws(CDCError) -> (position: DurablePosition?, batches: [RecordBatch])
  /// Durable positions that became so later than by `commit` (the embedded broker's); nil: none new.
  func laterDurable() throws(CDCError) -> DurablePosition?
  /// Gives everything back, within seconds whatever the state.
  func close()
}

extension EventPublisher {
  func laterDurable() throws(CDCError) -> DurablePosition? { nil }
}
