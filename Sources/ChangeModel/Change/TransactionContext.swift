/// What the changes of one source transaction share.
public struct TransactionContext: Sendable {
  /// The system's own identity of it: a PostgreSQL xid in decimal, a MySQL GTID.
  public var id: String
  /// The PostgreSQL transaction id; 0 where there is none.
  public var xid: UInt64 = 0
  /// When it was committed, microseconds since 1970.
  public var commitMicroseconds: Int64 = 0
  /// The position behind the commit before it, as `source.sequence` tells it; nil until one was seen.
  public var previousCommit: UInt64?
  /// The name of the replication origin, if it came from another server.
  public var origin: String?
  /// The origin's LSN.
  public var originPosition: UInt64?
  /// Of an end: how many changes each table had (`schema.table`, in order of first appearance).
  public var collections: [(name: String, count: Int64)] = []

  /// A transaction.
  public init(id: String) { self.id = id }
}
