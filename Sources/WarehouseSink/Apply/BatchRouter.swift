internal import ChangeModel
internal import EventEncoding
internal import Glibc

/// Finds the table and the plan of each event of a batch, before the rows' transaction begins.
final class BatchRouter {
  /// A plan with its table.
  struct Target {
    let table: TargetTable
    let plan: RowPlan?
  }

  /// What `plans` says of an event that writes nothing.
  static let nothing: Int32 = -1

  /// The batch's plans by number.
  private(set) var targets: [Target] = []
  /// The number of each event's target; `nothing`: it writes nothing.
  private(set) var numbers: ContiguousArray<Int32> = []
  /// Events that were passed over: deletes and truncates that are not enabled, messages.
  private(set) var passedOver = 0
  /// Records that belong to no row.
  private(set) var faults: [RowFault] = []

  private let naming: TableNaming
  private let config: WarehouseConfig
  private var byKey: [RouteKey: Int32] = [:]

  private struct RouteKey: Hashable {
    var table: TargetName
    var plan: TargetTable.PlanKey
  }

  init(_ config: WarehouseConfig) {
    self.config = config
    naming = TableNaming(config)
  }

  /// Routes all events of a batch; those that can't be are in `faults`.
  func route(_ decoded: DecodedBatch, _ batch: RecordBatch, _ keeper: TableKeeper) throws(CDCError) {
    targets.removeAll(keepingCapacity: true)
    byKey.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    passedOver = 0
    faults.removeAll()
    var last: (topic: Int32, key: TargetTable.PlanKey, event: DecodedEvent, number: Int32)?
    for event in decoded.events {
      guard isWritten(event) else {
        numbers.append(Self.nothing)
        continue
      }
      let topic = batch.records[Int(event.record)].topic
      let isRow = event.operation != .delete && event.operation != .truncate
      let key = TargetTable.PlanKey(row: isRow ? event.layout : -1, key: event.keyLayout)
      if let last, last.topic == topic, last.key == key, hasSameSource(event, last.event, decoded, batch) {
        numbers.append(last.number)
        continue
      }
      let name = naming.table(
        topic: decoded.topics[Int(topic)], sourceSchema: text(event.sourceSchema, event, decoded, batch),
        sourceTable: text(event.sourceTable, event, decoded, batch))
      if event.operation != .truncate, event.keyLayout < 0 {
        faults.append(
          RowFault(record: Int(event.record), error: Self.keyMissing(name, batch, Int(event.record)), pointer: nil))
        numbers.append(Self.nothing)
        continue
      }
      let number = try number(RouteKey(table: name, plan: key), decoded, keeper)
      last = (topic, key, event, number)
      numbers.append(number)
    }
  }

  private func number(
    _ route: RouteKey, _ decoded: DecodedBatch, _ keeper: TableKeeper
  ) throws(CDCError) -> Int32 {
    if let known = byKey[route] { return known }
    let table = keeper.table(route.table)
    var number = Int32(targets.count)
    if route.plan.key < 0 {
      targets.append(Target(table: table, plan: nil))
    } else if let plan = try keeper.plan(table, route.plan, decoded.layouts) {
      targets.append(Target(table: table, plan: plan))
    } else {
      number = Self.nothing
    }
    byKey[route] = number
    return number
  }

  private func isWritten(_ event: DecodedEvent) -> Bool {
    if event.isDropped { return false }
    switch event.operation {
    case .create, .update, .read: return true
    case .delete: if config.deletes || event.keyChange == .oldHalf { return true }
    case .truncate: if config.truncates { return true }
    case .message, .begin, .end: break
    }
    passedOver += 1
    return false
  }

  private func text(
    _ slot: FieldSlot, _ event: DecodedEvent, _ decoded: DecodedBatch, _ batch: RecordBatch
  ) -> String? {
    guard naming.needsSource, !slot.isNull, let base = decoded.base(of: event, in: batch) else { return nil }
    return String(
      decoding: UnsafeBufferPointer(start: base + Int(slot.offset), count: Int(slot.count)), as: UTF8.self)
  }

  /// Whether two events name the same source table, as far as that decides.
  private func hasSameSource(
    _ one: DecodedEvent, _ other: DecodedEvent, _ decoded: DecodedBatch, _ batch: RecordBatch
  ) -> Bool {
    guard naming.needsSource else { return true }
    guard let base = decoded.base(of: one, in: batch), let otherBase = decoded.base(of: other, in: batch) else {
      return false
    }
    func isSame(_ slot: FieldSlot, _ otherSlot: FieldSlot) -> Bool {
      slot.isNull == otherSlot.isNull
        && (slot.isNull
          || slot.count == otherSlot.count
            && memcmp(base + Int(slot.offset), otherBase + Int(otherSlot.offset), Int(slot.count)) == 0)
    }
    return isSame(one.sourceSchema, other.sourceSchema) && isSame(one.sourceTable, other.sourceTable)
  }

  private static func keyMissing(_ table: TargetName, _ batch: RecordBatch, _ record: Int) -> CDCError {
    CDCError(
      .warehouseKeyMissing,
      "The record at \(batch.place(of: record)) has no key for table \(table), which pk.mode=record_key needs")
  }
}
