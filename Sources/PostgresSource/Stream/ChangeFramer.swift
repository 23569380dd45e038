internal import ChangeModel
internal import PostgresClient

/// Turns the stream's messages into changes: a state machine without I/O. It knows what was delivered before and passes
/// over it, and it knows at any moment how far a batch is.
final class ChangeFramer {
  /// What the configuration says about changes.
  struct Options: Sendable {
    /// Operations that are not told.
    var skipped: OperationSet = [OperationSet(.truncate)]
    /// Whether begins and ends of transactions are told, and changes counted.
    var tellsTransactions = false

    init() {}
  }

  /// Makes the plan of an announced table; it may ask the catalogue.
  typealias Planner = (RelationMessage) throws(CDCError) -> RelationPlan

  let options: Options
  let planner: Planner
  var relations: ContiguousArray<RelationPlan> = []
  var places: [UInt32: Int] = [:]
  /// The table of the last row: the next one is most likely of the same.
  var lastID: UInt32 = 0
  var lastPlace = -1

  var transaction: OpenTransaction?
  /// Counts transactions and batches, so that notes about older ones are recognized without clearing them.
  var transactionStamp = 0
  var batchStamp = 0
  /// Tables with changes in the transaction, in order of appearance; -1: logical messages.
  var touched: [Int] = []
  var messageChanges: Int64 = 0

  /// The offset, but for what the open transaction adds.
  var offset: PostgresOffset
  /// The last message that was taken.
  var lastPosition: UInt64
  var lastKind: MessageKind?
  /// Whether there is something new to store.
  var hasMoved = false

  /// Begins behind `offset`.
  init(after offset: PostgresOffset, options: Options, planner: @escaping Planner) {
    self.offset = offset
    lastPosition = offset.lsn
    self.options = options
    self.planner = planner
  }

  /// Another batch is filled from here on.
  func beginBatch() { batchStamp += 1 }

  /// Whether a transaction is open, so that positions of the server say nothing about what is delivered.
  var isInTransaction: Bool { transaction != nil }

  /// Takes one message of the stream.
  func take(_ message: ReplicationStream.Message, into batch: ChangeBatch) throws(CDCError) {
    let position = message.position.rawValue
    let control: ControlMessage
    do throws(FramingError) {
      if let row = try RowMessage(message.bytes) { return try takeRow(row, message.bytes, position, batch) }
      control = try ControlMessage(message.bytes)
    } catch { throw unreadable(error, position) }
    switch control {
    case .begin(let commitLSN, let microseconds, let xid): try begin(xid, commitLSN, microseconds, position, batch)
    case .commit(_, let endLSN, _): try commit(endLSN, position, batch)
    case .origin(let origin, let name): transaction?.origin = (origin, name)
    case .type: break
    case .relation(let relation): try announce(relation)
    case .truncate(let relations): try truncate(relations, position, batch)
    case .message(let isTransactional, let prefix, let content):
      try logicalMessage(isTransactional, prefix, content, message, batch)
    }
  }

  func unreadable(_ error: FramingError, _ position: UInt64) -> CDCError {
    CDCError(
      .streamUnreadable, "The replication stream can't be understood at \(LSN(position)): \(error.explanation)")
  }

  private func announce(_ relation: RelationMessage) throws(CDCError) {
    lastPlace = -1
    guard let place = places[relation.id] else {
      places[relation.id] = relations.count
      relations.append(try planner(relation))
      return
    }
    // Announced again in the same form after each unrelated invalidation, which is often.
    if relations[place].message == relation { return }
    var plan = try planner(relation)
    plan.changes = relations[place].changes
    plan.transactionStamp = relations[place].transactionStamp
    relations[place] = plan
  }
}
