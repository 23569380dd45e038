/// Reads one database's changes in commit order. It belongs to one thread, its receiver's: all calls come from there.
public protocol ChangeSource: AnyObject {
  /// Connects and prepares to read on from `offset`; nil: there is none, begin with the snapshot.
  ///
  /// Throws a `CDCError`: of class `target` if another try may help, else the connector fails. It never starts "from now"
  /// when the server no longer has the position.
  func start(at offset: SourceOffset?) throws

  /// Appends what waits to `batch`, until it holds about `limit` bytes, until nothing waits, or for `patience` at most
  /// where nothing came at all. Halves of a key change always go into the same batch. Sets `endOffset` where the
  /// position moved on.
  func poll(into batch: ChangeBatch, limit: Int, patience: Duration) throws -> PollOutcome

  /// Everything up to `position` is durable: the server may forget it.
  func confirm(_ position: DurablePosition) throws

  /// Tells the server that the reader is alive although it can't take more for now; called every few seconds meanwhile.
  func keepAlive() throws

  /// Closes all connections. `keepingState` false: the connector is stopped in order, so that what it made for itself
  /// may go if so configured (`slot.drop.on.stop`).
  func stop(keepingState: Bool)

  /// What a status page shows beside the state, for instance "snapshot 3 of 12 tables"; read from any thread.
  var progress: SourceProgress { get }
}

/// What a poll came to.
public enum PollOutcome: Sendable, Equatable {
  /// The batch is full; more waits.
  case more
  /// Nothing waits.
  case dry
  /// The source is done and has no more (a snapshot only run).
  case finished
}

/// Live figures of a source, for metrics and status.
public struct SourceProgress: Sendable {
  /// The server's end of the log, as a number like `SourceOffset.position`.
  public var serverHead: UInt64 = 0
  /// How far was received.
  public var received: UInt64 = 0
  /// How far the server was told that it may forget.
  public var acknowledged: UInt64 = 0
  /// Bytes of log that the server keeps for this source.
  public var retainedBytes: UInt64 = 0
  /// When the last received transaction was committed, microseconds since 1970; 0: none yet.
  public var lastCommitMicroseconds: Int64 = 0
  /// Rows read by the snapshot, per table.
  public var snapshotRows: [String: Int] = [:]
  /// Whether a snapshot runs.
  public var isSnapshotting = false
  /// A sentence for the status when something is waited for, or was left out (`columns public.t.c are not captured…`).
  public var notices: [String] = []

  /// All zero.
  public init() {}
}
