internal import ChangeModel
internal import Flow
internal import PostgresClient

extension PostgresSource {
  private static let slotTimeout: Duration = .seconds(90)

  func begin(at stored: SourceOffset?) throws(CDCError) {
    let offset = try stored.map { (offset) throws(CDCError) in try PostgresOffset(reading: offset.value) }
    let connection = try openCatalogue()
    try ServerCheck.check(connection, streams: config.snapshotMode != .initialOnly)
    let tables = try CatalogReader.tables(on: connection)
    let captured = try config.filter.captured(of: tables)
    var notices = try config.filter.unmatchedIncludes(in: tables).map {
      "table.include.list: \($0) matches no table of the database"
    }
    guard config.snapshotMode != .initialOnly else {
      // Nothing is streamed, so nothing may be left on the server that keeps log for it.
      board.setNotices(notices)
      if let offset, offset.snapshot != .running {
        phase = .finished
        return
      }
      return try snapshot(Self.beginning(at: try Retention.head(on: connection)), nil, captured)
    }
    notices += try config.publication.ensure(captured: captured, on: connection)
    board.setNotices(notices)
    if let offset, offset.snapshot != .running {
      try resume(offset, connection)
    } else {
      try beginAnew(offset, captured, connection)
    }
  }

  /// The position of a connector that has read nothing.
  private static func beginning(at point: LSN) -> PostgresOffset {
    var start = PostgresOffset()
    start.lsn = point.rawValue
    start.resume = ResumePoint(deliveredThrough: point.rawValue)
    start.microseconds = SystemTime.wallMicroseconds
    return start
  }

  /// Goes on behind a stored offset. The slot must still have everything behind it.
  private func resume(_ offset: PostgresOffset, _ connection: PostgresConnection) throws(CDCError) {
    guard let slot = try freeSlot(connection) else {
      throw CDCError(
        .slotLost,
        "The slot \(config.slotName) does not exist any more, and the stored position \(LSN(offset.resume.deliveredThrough)) "
          + "with it")
    }
    try slot.check(stored: LSN(offset.confirmable), database: config.connection.database)
    try stream(after: offset)
  }

  /// Begins with the snapshot, or at the slot. A slot that is there already is that of an interrupted snapshot, or was
  /// made for the connector: streaming starts where it stands.
  private func beginAnew(
    _ offset: PostgresOffset?, _ captured: [TableEntry], _ connection: PostgresConnection
  ) throws(CDCError) {
    let wantsRows = config.snapshotMode != .noData
    var point: LSN
    var snapshotName: String?
    if let slot = try freeSlot(connection) {
      point = try slot.checkUsable(database: config.connection.database)
      if let offset {
        // Made anew behind our back: the deletes between both would be missing.
        try slot.check(stored: LSN(offset.confirmable), database: config.connection.database)
        point = LSN(offset.resume.deliveredThrough)
      }
    } else if offset != nil {
      throw CDCError(
        .slotLost,
        "The slot \(config.slotName) of an interrupted snapshot does not exist any more: rows that were deleted since then "
          + "would stay")
    } else {
      let maker = SlotMaker(
        name: config.slotName, timeout: Self.slotTimeout, notify: { [board] in board.wait(for: $0) },
        isStopped: { [stopFlag] in stopFlag.isRaised })
      let made = try maker.make(on: try openStreamConnection(), exportsSnapshot: wantsRows, observer: connection)
      point = made.consistentPoint
      snapshotName = made.snapshotName
    }
    let start = Self.beginning(at: point)
    guard wantsRows else { return try stream(after: start) }
    try snapshot(start, snapshotName, captured)
  }

  /// Opens the snapshot's transaction: at the slot's exported snapshot, or, where the slot is older, as of now.
  private func snapshot(_ start: PostgresOffset, _ name: String?, _ captured: [TableEntry]) throws(CDCError) {
    let reading = try PostgresLogin.open(config)
    try reading.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    if let name { try reading.execute("SET TRANSACTION SNAPSHOT \(SQLText.literal(name))") }
    let facts = try reading.query(
      "SELECT txid_snapshot_xmax(txid_current_snapshot()), (extract(epoch FROM now()) * 1000000)::bigint")
    var offset = start
    offset.transactionID = facts[0, 0].flatMap { UInt64($0) }
    offset.microseconds = facts[0, 1].flatMap { Int64($0) } ?? SystemTime.wallMicroseconds
    offset.snapshot = .running
    var context = TransactionContext(id: facts[0, 0] ?? "")
    context.xid = offset.transactionID ?? 0
    context.commitMicroseconds = offset.microseconds
    let reader = SnapshotReader(
      reading, tables: captured, context: context, position: start.lsn, isStopped: { [stopFlag] in stopFlag.isRaised })
    board.update { $0.isSnapshotting = true }
    phase = .snapshot(reader, offset)
  }

  /// The slot, once nobody reads it; nil: there is none. A reader that ended or was killed just now is noticed by the
  /// server within milliseconds, so the waits are short at first, and as long as configured together.
  private func freeSlot(_ connection: PostgresConnection) throws(CDCError) -> SlotState? {
    defer { board.wait(for: nil) }
    var backoff = Backoff(
      first: .milliseconds(20), cap: max(.milliseconds(20), min(.seconds(1), config.slotRetryDelay)))
    let deadline = SystemTime.monotonicNanoseconds + (config.slotRetryDelay * config.slotRetries).nanoseconds
    while let slot = try SlotState.read(config.slotName, on: connection) {
      guard let pid = slot.activePID else { return slot }
      let sentence = "The slot \(config.slotName) is read by another process (pid \(pid))"
      guard SystemTime.monotonicNanoseconds < deadline else { throw CDCError(.slotInUse, sentence) }
      board.wait(for: sentence)
      if stopFlag.wait(backoff.next()) {
        throw CDCError(.sourceStopped, "The slot \(config.slotName) was not read")
      }
    }
    return nil
  }
}
