internal import ChangeModel

extension ChangeFramer {
  /// Takes a row's message: the hot path. No object, no text and no reference count per row.
  @inline(__always)
  func takeRow(
    _ row: RowMessage, _ bytes: UnsafeRawBufferPointer, _ position: UInt64, _ batch: ChangeBatch
  ) throws(FramingError) {
    guard transaction != nil else { throw .outOfPlace(bytes[0]) }
    let isNew = transaction?.count(at: position) ?? false
    let place = try self.place(of: row.relation)
    guard relations[place].schema != nil else { return }
    let expected = relations[place].columnCount
    guard row.kind == .delete || row.new.columnCount == expected else {
      throw .columnCount(found: row.new.columnCount, expected: expected)
    }
    guard !row.hasOld || row.old.columnCount == expected else {
      throw .columnCount(found: row.old.columnCount, expected: expected)
    }
    switch row.kind {
    case .insert:
      emit(.create, place, position, isNew, batch) { change, batch in
        change.after = self.copy(row.new, place, bytes, &batch.bytes)
      }
    case .update: update(row, place, bytes, position, isNew, batch)
    case .delete:
      emit(.delete, place, position, isNew, batch) { change, batch in
        change.before = self.copy(row.old, place, bytes, &batch.bytes)
        change.beforeImage = row.oldIsWhole ? .full : .key
      }
    }
    if isNew { note(row.kind, position) }
  }

  private func update(
    _ row: RowMessage, _ place: Int, _ bytes: UnsafeRawBufferPointer, _ position: UInt64, _ isNew: Bool,
    _ batch: ChangeBatch
  ) {
    if row.hasOld, row.oldIsWhole || relations[place].identityHoldsKey, !relations[place].keyPlaces.isEmpty,
      TupleCopy.keyDiffers(relations[place].keyPlaces, old: row.old, new: row.new, in: bytes)
    {
      return changeKey(row, place, bytes, position, isNew, batch)
    }
    emit(.update, place, position, isNew, batch) { change, batch in
      if row.hasOld, row.oldIsWhole {
        change.before = self.copy(row.old, place, bytes, &batch.bytes)
        change.beforeImage = .full
      }
      change.after = self.copyNew(row, place, bytes, &batch.bytes)
    }
  }

  /// A change of the key is told as a delete of the old and a create of the new key, never parted by a batch's border.
  private func changeKey(
    _ row: RowMessage, _ place: Int, _ bytes: UnsafeRawBufferPointer, _ position: UInt64, _ isNew: Bool,
    _ batch: ChangeBatch
  ) {
    var old = ByteRange.none
    var new = ByteRange.none
    if isNew {
      old = copy(row.old, place, bytes, &batch.bytes)
      new = copyNew(row, place, bytes, &batch.bytes)
    }
    for half in [KeyChange.oldHalf, .newHalf] {
      emit(half == .oldHalf ? .delete : .create, place, position, isNew, batch) { change, _ in
        change.keyChange = half
        change.before = old
        change.after = new
        change.beforeImage = row.oldIsWhole ? .full : .key
      }
    }
  }

  /// The new row; what it tells as unchanged is taken from the old row, where the server sent that whole.
  @inline(__always)
  private func copyNew(
    _ row: RowMessage, _ place: Int, _ bytes: UnsafeRawBufferPointer, _ buffer: inout ByteBuffer
  ) -> ByteRange {
    if row.hasOld, row.new.hasUnchanged {
      return TupleCopy.copy(row.new, replacingUnchangedFrom: row.old, of: bytes, relations[place].keeps, to: &buffer)
    }
    return copy(row.new, place, bytes, &buffer)
  }

  /// A row without the columns that are left out. Field by field, since a copy of the plan would count references.
  @inline(__always)
  private func copy(
    _ tuple: Tuple, _ place: Int, _ bytes: UnsafeRawBufferPointer, _ buffer: inout ByteBuffer
  ) -> ByteRange {
    if relations[place].keepsAll { return TupleCopy.copy(tuple, of: bytes, to: &buffer) }
    return TupleCopy.copy(
      tuple, replacingUnchangedFrom: nil, of: bytes, relations[place].keeps, to: &buffer)
  }

  /// Counts a change of the table at `place`, and appends it if it is new. `fill` copies its rows.
  @inline(__always)
  func emit(
    _ operation: Operation, _ place: Int, _ position: UInt64, _ isNew: Bool, _ batch: ChangeBatch,
    _ fill: (inout Change, ChangeBatch) -> Void
  ) {
    guard !options.skipped.contains(OperationSet(operation)) else { return }
    let order = countChange(place)
    guard isNew else { return }
    var change = Change(operation)
    change.schema = schemaNumber(place, batch)
    change.transaction = transactionNumber(batch)
    change.position = position
    change.totalOrder = order.total
    change.collectionOrder = order.collection
    fill(&change, batch)
    batch.append(change)
  }

  @inline(__always)
  private func countChange(_ place: Int) -> (total: Int64, collection: Int64) {
    let total = (transaction?.changes ?? 0) &+ 1
    transaction?.changes = total
    if relations[place].transactionStamp != transactionStamp {
      relations[place].transactionStamp = transactionStamp
      relations[place].changes = 0
      if options.tellsTransactions { touched.append(place) }
    }
    relations[place].changes &+= 1
    return (total, relations[place].changes)
  }

  @inline(__always)
  private func schemaNumber(_ place: Int, _ batch: ChangeBatch) -> Int32 {
    if relations[place].batchStamp == batchStamp { return relations[place].batchNumber }
    guard let schema = relations[place].schema else { return -1 }
    let number = batch.number(of: schema)
    relations[place].batchNumber = number
    relations[place].batchStamp = batchStamp
    return number
  }

  /// The place of an announced table in `relations`.
  @inline(__always)
  func place(of id: UInt32) throws(FramingError) -> Int {
    if id == lastID, lastPlace >= 0 { return lastPlace }
    guard let place = places[id] else { throw .unknownRelation(id) }
    lastID = id
    lastPlace = place
    return place
  }

  @inline(__always)
  private func note(_ kind: RowMessage.Kind, _ position: UInt64) {
    hasMoved = true
    lastPosition = position
    switch kind {
    case .insert: lastKind = .insert
    case .update: lastKind = .update
    case .delete: lastKind = .delete
    }
  }
}
