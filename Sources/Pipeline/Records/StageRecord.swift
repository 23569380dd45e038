internal import ChangeModel

/// One record on its way through the stages. A pipeline has one of these and fills it anew for each record.
public final class StageRecord {
  /// The key; not read before a stage asks for it.
  let key: StagePayload
  /// The value.
  let value: StagePayload
  /// The topics that records name by number.
  let topics: TopicTable
  /// Whether the records were consumed (a sink's) or are about to be produced (a source's).
  let isConsumed: Bool

  /// The topic's number, which a stage may change.
  var topic: Int32 = 0
  /// The partition; -1: not known (a source's).
  private(set) var partition: Int32 = -1
  /// The offset; -1: not known.
  private(set) var offset: Int64 = -1
  /// Milliseconds since 1970; -1: none.
  private(set) var timestamp: Int64 = -1
  /// Whether it goes no further, as a stage wants it.
  var isDropped = false

  /// Its headers.
  let headers = StageHeaders()

  init(key: StagePayload, value: StagePayload, topics: TopicTable, isConsumed: Bool) {
    self.key = key
    self.value = value
    self.topics = topics
    self.isConsumed = isConsumed
  }

  /// Takes the next record of a batch; `topic` is its topic's number here.
  func take(_ record: Record, topic: Int32, of batch: RecordBatch) {
    self.topic = topic
    partition = record.partition
    offset = record.offset
    timestamp = record.timestamp
    isDropped = false
    key.take(record.key.isPresent ? batch.bytes[record.key] : nil)
    value.take(record.value.isPresent ? batch.bytes[record.value] : nil)
    headers.take(record, of: batch)
  }

  /// A payload with its schema and value read.
  func payload(_ side: RecordSide) throws(StageFailure) -> StagePayload {
    let payload = side == .key ? key : value
    try payload.read()
    return payload
  }
}
