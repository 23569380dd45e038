/// A run of changes in commit order, rows still as wire bytes: what a source hands to the pipeline.
///
/// One buffer of bytes and a table of `Change` values that point into it. The receiver's thread fills it, encodes it and
/// uses it again. PostgreSQL rows lie in it as pgoutput's TupleData without the column count: per column one byte
/// (`n` null, `u` unchanged TOAST, `t` text) and for `t` a 4-byte length and the text
/// (https://www.postgresql.org/docs/15/protocol-logicalrep-message-formats.html), also those that a snapshot read.
public final class ChangeBatch {
  /// The rows' bytes.
  public var bytes: ByteBuffer
  /// The changes, in order.
  public private(set) var changes: ContiguousArray<Change> = []
  /// The tables that the changes name by number.
  public private(set) var schemas: [TableSchema] = []
  /// The transactions that the changes name by number.
  public var transactions: [TransactionContext] = []
  /// How far the source is once all of this batch is durable; nil: nothing new to store.
  public var endOffset: SourceOffset?
  /// Wire bytes that were received for it, for metrics.
  public var receivedBytes = 0

  /// An empty batch.
  public init(capacity: Int = 1 << 16) { bytes = ByteBuffer(capacity: capacity) }

  /// Whether there is neither a change nor a new offset in it.
  public var isEmpty: Bool { changes.isEmpty && endOffset == nil }

  /// Appends a change whose bytes are in the buffer already.
  @inlinable public func append(_ change: Change) { appendChange(change) }

  @usableFromInline func appendChange(_ change: Change) { changes.append(change) }

  /// The number under which changes of this batch name `schema`.
  public func number(of schema: TableSchema) -> Int32 {
    if let last = schemas.last, last === schema { return Int32(schemas.count - 1) }
    if let found = schemas.lastIndex(where: { $0 === schema }) { return Int32(found) }
    schemas.append(schema)
    return Int32(schemas.count - 1)
  }

  /// Changes the snapshot marker of the last change, once it is known that it was the last of its table.
  public func markLast(_ marker: SnapshotMarker) {
    guard let last = changes.indices.last else { return }
    changes[last].snapshot = marker
  }

  /// Takes back the last change (its bytes stay until the batch is used again).
  public func removeLastChange() -> Change? { changes.popLast() }

  /// Empties it and keeps the memory, up to `limit` bytes of rows.
  public func reset(keepingAtMost limit: Int = 8 << 20) {
    bytes.removeAll(keepingAtMost: limit)
    changes.removeAll(keepingCapacity: true)
    schemas.removeAll(keepingCapacity: true)
    transactions.removeAll(keepingCapacity: true)
    endOffset = nil
    receivedBytes = 0
  }
}
