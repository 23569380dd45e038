/// Where to go on in the stream, by the order of commits and never by a row's own place.
///
/// The server sends whole transactions in the order of their commit records. So everything is said by: the place before
/// which all commits were delivered, and how much of the next transaction was.
struct ResumePoint: Sendable, Equatable {
  /// Every transaction whose commit record begins before this place was delivered, and every logical message outside of
  /// transactions that ends at or before it.
  var deliveredThrough: UInt64
  /// The transaction of which only a part was delivered.
  var partial: Partial?

  /// How far into a transaction.
  enum Partial: Sendable, Equatable {
    /// By the place of its commit record: its first `changes` messages were delivered.
    case counted(commitLSN: UInt64, changes: Int64)
    /// As Debezium stores it: of the transaction `xid` everything before the place `lsn`, and `eventsAtLSN` of what lies
    /// at it (Debezium before 3.7 does not say, so these may come again; losing them would be worse).
    case before(xid: UInt32, lsn: UInt64, eventsAtLSN: Int64)
  }

  /// What to do with a transaction, decided when it begins.
  enum Decision: Equatable {
    /// All of it was delivered.
    case skip
    /// Its first messages were delivered.
    case skipFirst(Int64)
    /// Its messages before a place were delivered.
    case skipBefore(lsn: UInt64, eventsAtLSN: Int64)
    /// Nothing of it was delivered.
    case deliver
  }

  /// Decides about the transaction that begins.
  func decide(xid: UInt32, commitLSN: UInt64) -> Decision {
    if commitLSN < deliveredThrough { return .skip }
    switch partial {
    case .counted(let lsn, let changes) where lsn == commitLSN: return .skipFirst(changes)
    case .before(let own, let lsn, let events) where own == xid: return .skipBefore(lsn: lsn, eventsAtLSN: events)
    default: return .deliver
    }
  }
}
