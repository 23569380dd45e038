internal import ChangeModel
internal import Flow
internal import PostgresClient

extension PostgresSource {
  /// How often an idle stream's position is stored anew, in nanoseconds.
  private static let idleAdvanceInterval: Int64 = 10_000_000_000
  /// How long a poll may gather changes that keep coming, in nanoseconds.
  private static let gatherLimit: Int64 = 5_000_000

  /// Starts the stream behind `offset`.
  func stream(after offset: PostgresOffset) throws(CDCError) {
    let replication = try openStreamConnection()
    var options: [(name: String, value: String)] = [
      ("proto_version", "1"), ("publication_names", SQLText.identifier(config.publication.name)),
    ]
    if replication.serverVersion >= 140_000 { options.append(("messages", "true")) }
    let catalogue = try openCatalogue()
    headAtStart = try Self.head(catalogue)
    let stream: ReplicationStream
    do throws(CDCError) {
      stream = try replication.startReplication(
        slot: config.slotName, from: LSN(offset.resume.deliveredThrough), options: options)
    } catch {
      throw ServerCheck.replicationRefusal(error, config.connection)
    }
    stream.resume(confirmed: LSN(offset.resume.deliveredThrough))
    let framer = ChangeFramer(after: offset, options: config.framing) { [unowned self] (relation) throws(CDCError) in
      try self.shape.plan(for: relation) { () throws(CDCError) in try self.openCatalogue() }
    }
    lastIdleAdvance = SystemTime.monotonicNanoseconds
    board.update {
      $0.isSnapshotting = false
      $0.serverHead = max($0.serverHead, self.headAtStart)
    }
    phase = .streaming(stream, framer)
  }

  func pollSnapshot(
    _ reader: SnapshotReader, _ offset: PostgresOffset, _ batch: ChangeBatch, _ limit: Int, _ patience: Duration
  ) throws(CDCError) -> PollOutcome {
    let outcome = try reader.poll(into: batch, limit: limit, patience: patience, shape: &shape)
    board.update { $0.snapshotRows = reader.rows }
    guard outcome == .finished else {
      batch.endOffset = offset.sourceOffset(server: config.server)
      return outcome
    }
    reader.close()
    var completed = offset
    completed.snapshot = .completed
    batch.endOffset = completed.sourceOffset(server: config.server)
    board.update { $0.isSnapshotting = false }
    guard config.snapshotMode != .initialOnly else {
      phase = .finished
      return .finished
    }
    // What comes next is streamed: the offset says so with the first change.
    completed.transactionID = nil
    try stream(after: completed)
    return .more
  }

  /// Drains the stream. Priorities: what waits, then the server's status, then, when idle, the position's advance.
  func pollStream(
    _ stream: ReplicationStream, _ framer: ChangeFramer, _ batch: ChangeBatch, _ limit: Int, _ patience: Duration
  ) throws(CDCError) -> PollOutcome {
    framer.beginBatch()
    let began = SystemTime.monotonicNanoseconds
    let before = stream.receivedBytes
    var outcome = PollOutcome.more
    var hasNapped = false
    var hasWaited = false
    while batch.weight < limit {
      if let message = try stream.next() {
        try framer.take(message, into: batch)
        hasNapped = false
        continue
      }
      if batch.changes.isEmpty {
        guard !hasWaited else {
          outcome = .dry
          break
        }
        hasWaited = true
        stream.wait(patience)
      } else {
        guard !hasNapped, SystemTime.monotonicNanoseconds - began < patience.nanosecondsPlus(Self.gatherLimit) else {
          outcome = .dry
          break
        }
        hasNapped = true
        stream.nap()
      }
    }
    try stream.sendDueStatus(interval: config.statusInterval)
    batch.receivedBytes += stream.receivedBytes - before
    if !batch.changes.isEmpty || (outcome == .dry && isIdleAdvanceDue(stream, framer)),
      let offset = framer.takeOffset()
    {
      batch.endOffset = offset.sourceOffset(server: config.server)
    }
    note(stream, batch)
    return outcome
  }

  /// Whether an offset without changes is to be stored: seldom, and only so that the server can forget its log while only
  /// tables change that are not captured. It is stored first and confirmed then, like any other.
  private func isIdleAdvanceDue(_ stream: ReplicationStream, _ framer: ChangeFramer) -> Bool {
    let now = SystemTime.monotonicNanoseconds
    guard now - lastIdleAdvance >= Self.idleAdvanceInterval else { return false }
    lastIdleAdvance = now
    if !framer.isInTransaction, let end = stream.quietEnd {
      _ = framer.advance(to: end.rawValue, headAtStart: headAtStart)
    }
    readRetention()
    return true
  }

  private func readRetention() {
    guard let connection = try? openCatalogue(),
      let result = try? connection.query(
        "SELECT (pg_current_wal_lsn() - restart_lsn)::bigint, pg_current_wal_lsn() FROM pg_replication_slots "
          + "WHERE slot_name = $1", [config.slotName]), result.rowCount == 1
    else { return }
    let (retained, head) = (result[0, 0].flatMap { UInt64($0) }, result[0, 1].flatMap { LSN($0) })
    board.update {
      if let retained { $0.retainedBytes = retained }
      if let head { $0.serverHead = max($0.serverHead, head.rawValue) }
    }
  }

  private func note(_ stream: ReplicationStream, _ batch: ChangeBatch) {
    board.update {
      $0.serverHead = max($0.serverHead, stream.serverEnd.rawValue)
      if let end = batch.endOffset { $0.received = max($0.received, end.position) }
      if let last = batch.transactions.last { $0.lastCommitMicroseconds = last.commitMicroseconds }
    }
  }

  private func openStreamConnection() throws(CDCError) -> PostgresConnection {
    if let replication { return replication }
    let opened = try PostgresLogin.openReplication(config)
    replication = opened
    return opened
  }

  private static func head(_ connection: PostgresConnection) throws(CDCError) -> UInt64 {
    let text = try connection.query("SELECT pg_current_wal_lsn()")[0, 0]
    return text.flatMap { LSN($0)?.rawValue } ?? 0
  }
}

extension Duration {
  /// The duration in nanoseconds, and `more`.
  fileprivate func nanosecondsPlus(_ more: Int64) -> Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000 + more
  }
}
