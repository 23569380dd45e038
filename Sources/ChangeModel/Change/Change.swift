/// One change of one row (or a truncate, a logical message, a transaction's border), as numbers into its `ChangeBatch`.
///
/// A plain value without references: a batch of them costs no reference counting.
public struct Change: Sendable {
  /// What happened.
  public var operation: Operation
  /// Whether the row was read by a snapshot, and where in it.
  public var snapshot: SnapshotMarker = .none
  /// What `before` holds.
  public var beforeImage: BeforeImage = .none
  /// Whether this is one half of a change of the key.
  public var keyChange: KeyChange = .none
  /// The table's place in `ChangeBatch.schemas`; -1 for what belongs to no table.
  public var schema: Int32 = -1
  /// The transaction's place in `ChangeBatch.transactions`; -1 for none.
  public var transaction: Int32 = -1
  /// The wire bytes of the row before; of a key change, both halves carry both rows. Of a message: its prefix.
  public var before: ByteRange = .none
  /// The wire bytes of the row after. Of a message: its content.
  public var after: ByteRange = .none
  /// Where in the log the change stands (PostgreSQL: its LSN; MySQL: the position in the binlog file).
  public var position: UInt64 = 0
  /// The row's number in a multi-row event (MySQL).
  public var row: Int32 = 0
  /// The change's number in its transaction, from 1.
  public var totalOrder: Int64 = 0
  /// The change's number among those of its table in the transaction, from 1.
  public var collectionOrder: Int64 = 0

  /// A change without bytes yet.
  public init(_ operation: Operation) { self.operation = operation }
}

/// What a change does.
public enum Operation: UInt8, Sendable, CaseIterable {
  /// A row that a snapshot read (`r`).
  case read
  /// An insert (`c`).
  case create
  /// An update (`u`).
  case update
  /// A delete (`d`).
  case delete
  /// A truncated table (`t`).
  case truncate
  /// A logical message (`m`).
  case message
  /// A transaction begins; only where transaction metadata is wanted.
  case begin
  /// A transaction ends; only where transaction metadata is wanted.
  case end

  /// The letter in an event's `op` field; nil for a transaction's borders.
  public var letter: Character? {
    switch self {
    case .read: "r"
    case .create: "c"
    case .update: "u"
    case .delete: "d"
    case .truncate: "t"
    case .message: "m"
    case .begin, .end: nil
    }
  }
}

/// An event's `source.snapshot`.
public enum SnapshotMarker: UInt8, Sendable {
  /// Streamed (`false`).
  case none
  /// The snapshot's first row.
  case first
  /// A table's first row.
  case firstInDataCollection
  /// A row in the middle (`true`).
  case some
  /// A table's last row.
  case lastInDataCollection
  /// The snapshot's last row.
  case last
}

/// A change of a row's key is told as a delete of the old and a create of the new one.
public enum KeyChange: UInt8, Sendable {
  /// The key stays.
  case none
  /// The delete: `before` is the old row, `after` only gives the new key for the header `__debezium.newkey`.
  case oldHalf
  /// The create: `after` is the new row, `before` only gives the old key for the header `__debezium.oldkey`.
  case newHalf
}
