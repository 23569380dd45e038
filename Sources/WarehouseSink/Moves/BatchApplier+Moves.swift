internal import ChangeModel
internal import EventEncoding

/// Events that need more than the net effect of their key: halves of key changes, and what happens to a row that still
/// lacks values because of one. Each is applied alone, behind all that came before it.
extension BatchApplier {
  /// What has to be done about an event beside applying it.
  enum Care {
    case half(MoveTable.Pair)
    case waiting(MoveTable.Pair)
  }

  /// Nil: nothing, as with almost every event.
  func care(for index: Int, _ table: TargetTable, _ work: Work) -> Care? {
    if !work.moves.isEmpty, let pair = work.moves.specialPair(index) { return .half(pair) }
    guard moveTable.hasWaiting, let key = BatchMoves.key(of: work.decoded.events[index], work.decoded, work.batch)
    else {
      return nil
    }
    return moveTable.waitingPair(table.name, key: key).map { .waiting($0) }
  }

  /// Applies one event alone, with its care.
  func applyAlone(_ index: Int, _ number: Int32, _ plan: RowPlan, _ table: TargetTable, _ care: Care, _ work: Work)
    throws(CDCError)
  {
    try flush(table, work)
    let event = work.decoded.events[index]
    let isDelete = event.operation == .delete
    table.segment.add(
      Segment.Entry(hash: 0, event: Int32(index), plan: number, isDelete: isDelete, replaces: false))
    let absent = isDelete ? [] : absentNames(event, plan, work)
    switch care {
    case .half(let pair) where isDelete:
      try write(number, plan, table.segment, work) { () throws(CDCError) in try self.oldHalf(pair, plan) }
    case .half(let pair):
      var left: MoveTable.Left?
      try write(number, plan, table.segment, work) { () throws(CDCError) in
        left = try self.moveTable.take(pair, plan.table, leftByOld: true)
        if let left { try self.moveTable.restore(left, plan.table, plan: plan, absent: absent) }
      }
      try newHalf(pair, plan, left, absent)
    case .waiting(let pair):
      try write(number, plan, table.segment, work)
      let present = isDelete ? nil : plan.targets.map(\.column.name).filter { !absent.contains($0) }
      try moveTable.settle(pair, plan.table, present: present)
    }
    table.segment.reset()
  }

  /// Before the old row goes: gives its values to the new row that waits for them, or keeps them for one that comes.
  private func oldHalf(_ pair: MoveTable.Pair, _ plan: RowPlan) throws(CDCError) {
    guard let left = try moveTable.take(pair, plan.table, leftByOld: false) else {
      return try moveTable.leaveOld(pair, plan.table, stage: plan.stage, matching: plan.statements.matching)
    }
    try moveTable.complete(
      left, plan.table, keyColumns: keyNames(plan), stage: plan.stage, oldMatching: plan.statements.matching)
    try moveTable.forget(left, pair, plan.table)
  }

  /// After the new row is there: forgets the old one, or notes what it still lacks.
  private func newHalf(_ pair: MoveTable.Pair, _ plan: RowPlan, _ left: MoveTable.Left?, _ absent: [String])
    throws(CDCError)
  {
    if let left { return try moveTable.forget(left, pair, plan.table) }
    try moveTable.leaveNew(
      pair, plan.table, absent: absent, keyColumns: keyNames(plan), stage: plan.stage,
      matching: plan.statements.matching)
  }

  private func keyNames(_ plan: RowPlan) -> [String] { plan.targets.prefix(plan.keyCount).map(\.column.name) }

  private func absentNames(_ event: DecodedEvent, _ plan: RowPlan, _ work: Work) -> [String] {
    guard event.hasUnavailable else { return [] }
    return plan.steps.indices.filter {
      plan.steps[$0].source == .row
        && work.decoded.slotBase[Int(event.firstSlot + plan.steps[$0].slot)].isUnavailable
    }.map { plan.targets[$0].column.name }
  }
}
