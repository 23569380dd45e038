internal import ChangeModel
internal import PostgresClient

extension ChangeFramer {
  func begin(
    _ xid: UInt32, _ commitLSN: UInt64, _ microseconds: Int64, _ position: UInt64, _ batch: ChangeBatch
  ) throws(CDCError) {
    guard transaction == nil else { throw unreadable(.outOfPlace(UInt8(ascii: "B")), position) }
    let decision = offset.resume.decide(xid: xid, commitLSN: commitLSN)
    transaction = OpenTransaction(
      xid: xid, commitLSN: commitLSN, commitMicroseconds: microseconds, decision: decision)
    transactionStamp += 1
    touched.removeAll(keepingCapacity: true)
    messageChanges = 0
    guard decision != .skip else { return }
    // What was stored about a part of a transaction is spent now, whether it was this one or it never comes again.
    offset.resume.partial = nil
    guard options.tellsTransactions, transaction?.isResumed == false else { return }
    var change = Change(.begin)
    change.transaction = transactionNumber(batch)
    change.position = position
    batch.append(change)
    note(.begin, position)
  }

  func commit(_ endLSN: UInt64, _ position: UInt64, _ batch: ChangeBatch) throws(CDCError) {
    guard let ending = transaction else { throw unreadable(.outOfPlace(UInt8(ascii: "C")), position) }
    defer { transaction = nil }
    guard ending.decision != .skip else { return }
    if options.tellsTransactions {
      var change = Change(.end)
      change.transaction = endNumber(batch)
      change.position = position
      change.totalOrder = ending.changes
      batch.append(change)
    }
    note(.commit, position)
    offset.commitLSN = endLSN
    offset.transactionID = UInt64(ending.xid)
    offset.microseconds = ending.commitMicroseconds
    offset.resume = ResumePoint(deliveredThrough: max(endLSN, offset.resume.deliveredThrough))
  }

  /// Where nothing is open and nothing waits: all up to `position` is delivered. `headAtStart` is the log's end when the
  /// stream began: what was half delivered then had its commit before it. False: that says nothing new.
  func advance(to position: UInt64, headAtStart: UInt64) -> Bool {
    guard transaction == nil, position > offset.resume.deliveredThrough else { return false }
    switch offset.resume.partial {
    case .counted(let commitLSN, _) where commitLSN >= position: return false
    case .before where position < headAtStart: return false
    default: break
    }
    offset.resume = ResumePoint(deliveredThrough: position)
    lastPosition = position
    hasMoved = true
    return true
  }

  /// The offset behind the last message that was taken; nil: nothing moved since the last call.
  func takeOffset() -> PostgresOffset? {
    guard hasMoved else { return nil }
    hasMoved = false
    offset.lsn = lastPosition
    offset.processedLSN = lastPosition
    offset.messageType = lastKind?.rawValue ?? offset.messageType
    offset.snapshot = .none
    var result = offset
    result.metadata = nil
    if let transaction {
      result.transactionID = UInt64(transaction.xid)
      result.microseconds = transaction.commitMicroseconds
      result.resume.partial = .counted(commitLSN: transaction.commitLSN, changes: transaction.delivered)
      if options.tellsTransactions { result.metadata = metadata(transaction) }
    }
    return result
  }

  private func metadata(_ transaction: OpenTransaction) -> PostgresOffset.TransactionMetadata {
    PostgresOffset.TransactionMetadata(
      id: String(transaction.xid), orders: collections().map { .init(table: $0.name, count: $0.count) })
  }

  /// The tables that changed in the transaction, in order of appearance.
  private func collections() -> [(name: String, count: Int64)] {
    touched.map { place in
      place < 0
        ? (Self.messageCollection, messageChanges)
        : (relations[place].schema?.name.qualified ?? "", relations[place].changes)
    }
  }

  /// What Debezium, by printing a Java object, calls the collection of logical messages; its hash differs with each run.
  private static let messageCollection =
    "io.debezium.connector.postgresql.LogicalDecodingMessageMonitor$LogicalDecodingMessageId@0"

  /// The open transaction's number in the batch.
  @inline(__always)
  func transactionNumber(_ batch: ChangeBatch) -> Int32 {
    if let transaction, transaction.batchStamp == batchStamp { return transaction.batchNumber }
    return nameTransaction(batch)
  }

  private func nameTransaction(_ batch: ChangeBatch) -> Int32 {
    guard let context = context() else { return -1 }
    batch.transactions.append(context)
    let number = Int32(batch.transactions.count - 1)
    transaction?.batchNumber = number
    transaction?.batchStamp = batchStamp
    return number
  }

  /// The number of a context of its own for the end, which lists the tables.
  private func endNumber(_ batch: ChangeBatch) -> Int32 {
    guard var context = context() else { return -1 }
    context.collections = collections()
    batch.transactions.append(context)
    return Int32(batch.transactions.count - 1)
  }

  private func context() -> TransactionContext? {
    guard let transaction else { return nil }
    var context = TransactionContext(id: String(transaction.xid))
    context.xid = UInt64(transaction.xid)
    context.commitMicroseconds = transaction.commitMicroseconds
    context.previousCommit = offset.commitLSN
    context.origin = transaction.origin?.name
    context.originPosition = transaction.origin?.position
    return context
  }

  func note(_ kind: MessageKind, _ position: UInt64) {
    hasMoved = true
    lastPosition = position
    lastKind = kind
  }
}

/// What the last message was, in the offset's words.
enum MessageKind: String {
  case begin = "BEGIN"
  case commit = "COMMIT"
  case insert = "INSERT"
  case update = "UPDATE"
  case delete = "DELETE"
  case truncate = "TRUNCATE"
  case message = "MESSAGE"
}
