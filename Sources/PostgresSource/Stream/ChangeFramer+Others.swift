internal import ChangeModel
internal import PostgresClient

extension ChangeFramer {
  /// Emptied tables: one change for each captured one, all in one batch.
  func truncate(_ ids: [UInt32], _ position: UInt64, _ batch: ChangeBatch) throws(CDCError) {
    guard transaction != nil else { throw unreadable(.outOfPlace(UInt8(ascii: "T")), position) }
    let isNew = transaction?.count(at: position) ?? false
    for id in ids {
      let place: Int
      do throws(FramingError) { place = try self.place(of: id) } catch { throw unreadable(error, position) }
      guard relations[place].schema != nil else { continue }
      emit(.truncate, place, position, isNew, batch) { _, _ in }
    }
    if isNew { note(.truncate, position) }
  }

  /// A logical message, in a transaction or between two.
  func logicalMessage(
    _ isTransactional: Bool, _ prefix: ByteRange, _ content: ByteRange, _ message: ReplicationStream.Message,
    _ batch: ChangeBatch
  ) throws(CDCError) {
    let position = message.position.rawValue
    var change = Change(.message)
    if isTransactional {
      guard transaction != nil else { throw unreadable(.outOfPlace(UInt8(ascii: "M")), position) }
      let isNew = transaction?.count(at: position) ?? false
      transaction?.changes += 1
      if messageChanges == 0, options.tellsTransactions { touched.append(-1) }
      messageChanges += 1
      guard isNew else { return }
      change.transaction = transactionNumber(batch)
      change.totalOrder = transaction?.changes ?? 0
      change.collectionOrder = messageChanges
    } else {
      // It has no place in the order of commits but its own: the server sends it where it stands in the log.
      guard position > offset.resume.deliveredThrough else { return }
      if transaction == nil {
        offset.resume.deliveredThrough = position
        offset.commitLSN = position
        offset.transactionID = nil
      }
      change.transaction = outsideNumber(position, batch)
    }
    change.position = position
    change.before = copy(prefix, message, batch)
    change.after = copy(content, message, batch)
    batch.append(change)
    note(.message, position)
  }

  private func copy(_ range: ByteRange, _ message: ReplicationStream.Message, _ batch: ChangeBatch) -> ByteRange {
    let start = batch.bytes.count
    batch.bytes.append(UnsafeRawBufferPointer(rebasing: message.bytes[Int(range.offset)..<range.end]))
    return ByteRange(offset: start, count: Int(range.count))
  }

  /// A context for a message outside of transactions: no id, the time of the commit before it, and itself as the commit.
  private func outsideNumber(_ position: UInt64, _ batch: ChangeBatch) -> Int32 {
    var context = TransactionContext(id: "")
    context.commitMicroseconds = offset.microseconds
    context.previousCommit = position
    batch.transactions.append(context)
    return Int32(batch.transactions.count - 1)
  }
}
