public import ChangeModel

/// Turns a source's change batches into Kafka records in Debezium's event format: table events with key and envelope,
/// tombstones, both halves of a key change, logical messages, transactions' borders and heartbeats.
///
/// A table version is compiled once, when it first appears (its schemas are registered then); its rows are then copied
/// from wire bytes to Avro bytes in one pass. Belongs to one thread, its receiver's.
public final class EventEncoder {
  private var core: EncoderCore
  private var scratch = ByteBuffer(capacity: 4096)

  /// An encoder. The registrars are needed where the converter is Avro's. `clock` gives nanoseconds since 1970; it is
  /// read once per batch, for the events' `ts_ms`, `ts_us` and `ts_ns`.
  public init(
    _ options: EncodingOptions, keyRegistrar: (any SchemaRegistrar)?, valueRegistrar: (any SchemaRegistrar)?,
    clock: @escaping @Sendable () -> Int64
  ) {
    core = EncoderCore(options, keyRegistrar: keyRegistrar, valueRegistrar: valueRegistrar, clock: clock)
  }

  /// Sentences about what is not captured or was not convertible: each column once. Never with a value.
  public var notices: [String] { core.notices }

  /// How many values had no place in their Avro type and became null or the type's zero.
  public var failedConversions: Int { core.failedConversions }

  /// Appends the records of `batch` to `records`, with counts, the oldest commit and the end offset.
  ///
  /// Throws a `CDCError`: of class `target` when the registry can't be reached (try again), else fatal. Then nothing was
  /// appended.
  public func encode(_ batch: ChangeBatch, into records: RecordBatch) throws(CDCError) {
    try core.prepare(batch)
    let (byteCount, recordCount) = (records.bytes.count, records.records.count)
    do {
      try core.encode(batch, &records.bytes, &records.records, &scratch)
    } catch {
      records.bytes.truncate(to: byteCount)
      records.records.removeSubrange(recordCount...)
      throw error
    }
    for change in batch.changes { records.counts[Int(change.operation.rawValue)] += 1 }
    for transaction in batch.transactions where transaction.commitMicroseconds > 0 {
      let oldest = records.oldestCommitMicroseconds
      if oldest == 0 || transaction.commitMicroseconds < oldest {
        records.oldestCommitMicroseconds = transaction.commitMicroseconds
      }
    }
    if let offset = batch.endOffset { records.endOffset = offset }
    publishTables(to: records)
  }

  /// Appends a heartbeat record. Throws a `CDCError` when its schemas can't be registered.
  public func heartbeat(into records: RecordBatch) throws(CDCError) {
    try core.appendHeartbeat(&records.bytes, &records.records, &scratch)
    publishTables(to: records)
  }

  /// The tables that records point into; always set, since the batch may have served another encoder before.
  private func publishTables(to records: RecordBatch) {
    records.topics = core.topics.names
    records.headerSets = core.headerSets
  }
}
