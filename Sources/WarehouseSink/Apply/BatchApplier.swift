internal import ChangeModel
internal import ColumnCodecs
internal import EventEncoding
internal import Glibc
internal import PostgresClient

/// Applies a routed batch inside the open transaction: reduces it by key, stages the net effect, and brings it into the
/// tables.
final class BatchApplier {
  private let connection: PostgresConnection
  private let config: WarehouseConfig
  private let writer: RowWriter
  private let partitionCount: (String) -> Int?
  let moveTable: MoveTable
  /// Staging tables with rows of this transaction.
  private var used: Set<String> = []
  /// The records with values that don't fit, as far as they were found.
  private(set) var faults: [RowFault] = []

  init(
    _ config: WarehouseConfig, _ connection: PostgresConnection, _ moveTable: MoveTable,
    partitionCount: @escaping (String) -> Int?
  ) {
    self.moveTable = moveTable
    self.config = config
    self.connection = connection
    self.partitionCount = partitionCount
    writer = RowWriter(connection)
  }

  /// One batch's data.
  struct Work {
    let decoded: DecodedBatch
    let batch: RecordBatch
    let router: BatchRouter
    let moves: BatchMoves
  }

  /// Applies all events that were routed.
  func apply(_ decoded: DecodedBatch, _ batch: RecordBatch, _ router: BatchRouter, _ moves: BatchMoves) throws(CDCError)
  {
    let work = Work(decoded: decoded, batch: batch, router: router, moves: moves)
    used.removeAll(keepingCapacity: true)
    faults.removeAll()
    for target in router.targets { target.table.segment.reset() }
    var index = 0
    while index < router.numbers.count {
      let number = router.numbers[index]
      var end = index + 1
      while end < router.numbers.count, router.numbers[end] == number { end += 1 }
      if number >= 0 {
        let target = router.targets[Int(number)]
        if let plan = target.plan {
          try reduce(index..<end, number, plan, target.table, work)
        } else {
          for place in index..<end { try truncate(target.table, decoded.events[place], work) }
        }
      }
      index = end
    }
    for target in router.targets { try flush(target.table, work) }
  }

  // MARK: - Reducing

  private func reduce(
    _ range: Range<Int>, _ number: Int32, _ plan: RowPlan, _ table: TargetTable, _ work: Work
  ) throws(CDCError) {
    let segment = table.segment
    for index in range {
      let event = work.decoded.events[index]
      let isDelete = event.operation == .delete
      if let care = care(for: index, table, work) {
        try applyAlone(index, number, plan, table, care, work)
        continue
      }
      if isDelete, event.keepsRow || !config.deletes { continue }
      let hash = hash(event, plan, work)
      var found = segment.find(hash) { isSameKey($0, Int32(index), plan, work) }
      // Rows of different schemas are not put together: what came first is applied first.
      if found >= 0, !isDelete, !segment.entries[found].isDelete, segment.entries[found].plan != number {
        try flush(table, work)
        found = -1
      }
      guard found >= 0 else {
        segment.add(
          Segment.Entry(hash: hash, event: Int32(index), plan: number, isDelete: isDelete, replaces: false))
        continue
      }
      let old = segment.entries[found]
      if event.hasUnavailable, !isDelete, !old.isDelete { carryOver(from: Int(old.event), to: index, work) }
      segment.entries[found].event = Int32(index)
      segment.entries[found].plan = number
      segment.entries[found].replaces = old.replaces || old.isDelete
      segment.entries[found].isDelete = isDelete
    }
  }

  /// What the later event of a row does not tell is what the earlier one told.
  private func carryOver(from old: Int, to new: Int, _ work: Work) {
    let event = work.decoded.events[new]
    let earlier = work.decoded.events[old]
    let slots = work.decoded.slotBase
    for place in work.decoded.layouts[Int(event.layout)].fields.indices
    where slots[Int(event.firstSlot) + place].isUnavailable {
      slots[Int(event.firstSlot) + place] = slots[Int(earlier.firstSlot) + place]
    }
  }

  private func hash(_ event: DecodedEvent, _ plan: RowPlan, _ work: Work) -> UInt64 {
    guard let base = work.decoded.keyBase(of: event, in: work.batch) else { return 0 }
    if plan.usesWholeKey {
      return KeyBytes.hash(base + Int(event.key.offset), count: Int(event.key.count), seed: 0)
    }
    var hash: UInt64 = 0
    for step in plan.steps.prefix(plan.keyCount) {
      let slot = work.decoded.slotBase[Int(event.firstKeySlot + step.slot)]
      hash = KeyBytes.hash(base + Int(slot.isNull ? 0 : slot.offset), count: Int(slot.count), seed: hash)
    }
    return hash
  }

  private func isSameKey(_ one: Int32, _ other: Int32, _ plan: RowPlan, _ work: Work) -> Bool {
    let first = work.decoded.events[Int(one)]
    let second = work.decoded.events[Int(other)]
    guard let base = work.decoded.keyBase(of: first, in: work.batch),
      let otherBase = work.decoded.keyBase(of: second, in: work.batch)
    else { return false }
    if plan.usesWholeKey {
      return first.key.count == second.key.count
        && memcmp(base + Int(first.key.offset), otherBase + Int(second.key.offset), Int(first.key.count)) == 0
    }
    let slots = work.decoded.slotBase
    return plan.steps.prefix(plan.keyCount).allSatisfy { step in
      let left = slots[Int(first.firstKeySlot + step.slot)]
      let right = slots[Int(second.firstKeySlot + step.slot)]
      return left.count == right.count && left.isNull == right.isNull
        && (left.isNull || memcmp(base + Int(left.offset), otherBase + Int(right.offset), Int(left.count)) == 0)
    }
  }

  // MARK: - Truncating

  private func truncate(_ table: TargetTable, _ event: DecodedEvent, _ work: Work) throws(CDCError) {
    let topic = work.batch.topics[Int(work.batch.records[Int(event.record)].topic)]
    guard partitionCount(topic) == 1 else {
      throw CDCError(
        .warehouseTruncateOrder,
        "A truncate for table \(table.name) came in the topic \(topic), which has several partitions")
    }
    table.segment.reset()
    let doing = "Emptying table \(table.name)"
    let known = try connection.run("SELECT to_regclass($1) IS NOT NULL", [table.name.sql], doing: doing)
    if known[0, 0] == "t" { try connection.run("TRUNCATE TABLE \(table.name.sql)", doing: doing) }
  }

  // MARK: - Writing

  /// Brings what has gathered for a table into it.
  func flush(_ table: TargetTable, _ work: Work) throws(CDCError) {
    let segment = table.segment
    guard !segment.isEmpty else { return }
    var plans: [(number: Int32, isDelete: Bool)] = []
    for entry in segment.entries where !plans.contains(where: { $0.number == entry.plan }) {
      plans.append((entry.plan, entry.isDelete))
    }
    // Deletes first: a row may take over a value that must be unique.
    for (number, _) in plans.filter(\.isDelete) + plans.filter({ !$0.isDelete }) {
      guard let plan = work.router.targets[Int(number)].plan else { continue }
      try write(number, plan, segment, work)
    }
    segment.reset()
  }

  /// Stages the segment's rows of one plan and applies them; `between` runs when they are staged.
  func write(
    _ number: Int32, _ plan: RowPlan, _ segment: Segment, _ work: Work, between: () throws(CDCError) -> Void = {}
  ) throws(CDCError) {
    let doing = "Writing table \(plan.table)"
    if !used.insert(plan.stage).inserted { try connection.run(plan.statements.emptyStage, doing: doing) }
    let rows = try stage(number, plan, segment, work, doing)
    try between()
    if plan.key.row < 0 {
      if config.deletes { try connection.run(plan.statements.delete, doing: doing) }
      return
    }
    let groups = segment.groups.enumerated().filter { $0.element.plan == number }
    let way = UpsertWay.best(rows: rows, serverVersion: connection.serverVersion)
    for sql in plan.statements.upsert(group: groups.isEmpty ? nil : 0, absent: [], way) {
      try connection.run(sql, doing: doing)
    }
    for (place, group) in groups {
      for sql in plan.statements.upsert(group: place + 1, absent: group.absent, way) {
        try connection.run(sql, doing: doing)
      }
    }
  }

  private func stage(
    _ number: Int32, _ plan: RowPlan, _ segment: Segment, _ work: Work, _ doing: String
  ) throws(CDCError) -> Int {
    let copy = try writer.begin(plan)
    var rows = 0
    for place in segment.entries.indices where segment.entries[place].plan == number {
      let entry = segment.entries[place]
      let event = work.decoded.events[Int(entry.event)]
      var group: Int16 = 0
      if event.hasUnavailable, plan.key.row >= 0 {
        group = segment.group(absent(event, plan, entry, work), plan: number)
      }
      guard let key = work.decoded.keyBase(of: event, in: work.batch) else { continue }
      let row = RowWriter.Row(
        key: key, keySlots: work.decoded.slotBase + Int(event.firstKeySlot),
        row: work.decoded.base(of: event, in: work.batch) ?? key,
        rowSlots: work.decoded.slotBase + Int(event.firstSlot), group: group, isDeleted: event.isRewritten)
      let (step, fault) = writer.append(row, plan)
      if step >= 0 {
        faults.append(misfit(step, fault, plan, event, work.batch))
        continue
      }
      rows += 1
      try writer.flush(copy)
    }
    if let first = faults.first {
      // All of them are told, so that the rest is written by one more attempt.
      copy.cancel("a value does not fit")
      throw first.error
    }
    try writer.flush(copy, isLast: true)
    do throws(CDCError) { try copy.finish() } catch {
      throw WarehouseErrors.wrapped(error, doing, connection)
    }
    return rows
  }

  /// The staged columns that the row does not tell. Of a row that was deleted before it came again nothing may stay.
  private func absent(_ event: DecodedEvent, _ plan: RowPlan, _ entry: Segment.Entry, _ work: Work) -> Set<Int> {
    guard !entry.replaces else { return [] }
    let slots = work.decoded.slotBase
    return Set(
      plan.steps.indices.filter {
        plan.steps[$0].source == .row && slots[Int(event.firstSlot + plan.steps[$0].slot)].isUnavailable
      })
  }

  private func misfit(_ step: Int, _ fault: CopyFault, _ plan: RowPlan, _ event: DecodedEvent, _ batch: RecordBatch)
    -> RowFault
  {
    let target = plan.targets[step]
    let record = Int(event.record)
    let reason = fault == .outOfRange ? "is out of the range of \(target.column.type)" : "is not what its type says"
    let error = CDCError(
      .warehouseValue,
      "The value of field \(target.fieldName) for column \(target.column.name) of table \(plan.table) \(reason)"
        + " (\(batch.place(of: record)))")
    return RowFault(record: record, error: error, pointer: WarehouseSink.pointer(to: target.fieldName, of: event))
  }
}
