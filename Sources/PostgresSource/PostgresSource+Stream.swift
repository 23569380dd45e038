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
    headAtStart = try withCatalogue { (catalogue) throws(CDCError) in try Retention.head(on: catalogue).rawValue }
    let stream: ReplicationStream
    do throws(CDCError) {
      stream = try replication.startReplication(
        slot: config.slotName, from: LSN(offset.resume.deliveredThrough), options: options)
    } catch {
      throw startFailure(error, replication)
    }
    stream.resume(confirmed: LSN(offset.resume.deliveredThrough))
    let framer = ChangeFramer(after: offset, options: config.framing) { [unowned self] (relation) throws(CDCError) in
      try self.withCatalogue { (catalogue) throws(CDCError) in
        try self.shape.plan(for: relation) { () throws(CDCError) in catalogue }
      }
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
      if !batch.changes.isEmpty { batch.endOffset = offset.sourceOffset(server: config.server) }
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

  /// Drains the stream: until the batch is full, until nothing waits, or for `patience` where nothing came at all. Also
  /// what only passes through (rows of tables that are not captured) ends a poll, so that the server is answered.
  func pollStream(
    _ stream: ReplicationStream, _ framer: ChangeFramer, _ batch: ChangeBatch, _ limit: Int, _ patience: Duration
  ) throws(CDCError) -> PollOutcome {
    try stream.sendDueStatus(interval: config.statusInterval)
    framer.beginBatch()
    let before = stream.receivedBytes
    let outcome = try drain(stream, framer, batch, limit, patience)
    batch.receivedBytes += stream.receivedBytes - before
    if !batch.changes.isEmpty || isIdleAdvanceDue(stream, framer), let offset = framer.takeOffset() {
      batch.endOffset = offset.sourceOffset(server: config.server)
    }
    note(stream, batch)
    readRetention()
    return outcome
  }

  private func drain(
    _ stream: ReplicationStream, _ framer: ChangeFramer, _ batch: ChangeBatch, _ limit: Int, _ patience: Duration
  ) throws(CDCError) -> PollOutcome {
    let end = stream.receivedBytes + 4 * limit
    var began: Int64?
    var hasWaited = false
    do throws(CDCError) {
      while true {
        var count = 0
        while let message = try stream.next() {
          try framer.take(message, into: batch)
          count += 1
          if batch.weight >= limit || stream.receivedBytes >= end { return .more }
        }
        if count > 0 {
          let now = SystemTime.monotonicNanoseconds
          if let began, now - began > Self.gatherLimit { return .dry }
          began = began ?? now
          stream.nap()
        } else if began == nil, !hasWaited {
          hasWaited = true
          stream.wait(patience)
        } else {
          return .dry
        }
      }
    } catch { throw streamFailure(error) }
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
    return true
  }

  private func readRetention() {
    let now = SystemTime.monotonicNanoseconds
    guard now - lastRetention >= Self.idleAdvanceInterval else { return }
    lastRetention = now
    // For the status only: the stream goes on without it.
    let slot = config.slotName
    let read = try? withCatalogue { (catalogue) throws(CDCError) in try Retention.read(slot, on: catalogue) }
    guard let read else { return }
    board.update {
      $0.retainedBytes = read.bytes
      $0.serverHead = max($0.serverHead, read.head.rawValue)
    }
  }

  private func note(_ stream: ReplicationStream, _ batch: ChangeBatch) {
    board.update {
      $0.serverHead = max($0.serverHead, stream.serverEnd.rawValue)
      if let end = batch.endOffset { $0.received = max($0.received, end.position) }
      if let last = batch.transactions.last { $0.lastCommitMicroseconds = last.commitMicroseconds }
    }
  }

  /// The connection that makes the slot and carries the stream.
  func openStreamConnection() throws(CDCError) -> PostgresConnection {
    if let replication { return replication }
    let opened = try PostgresLogin.openReplication(config)
    replication = opened
    return opened
  }

  /// Why a stream did not start, in words about the slot.
  private func startFailure(_ error: CDCError, _ connection: PostgresConnection) -> CDCError {
    switch connection.lastError?.sqlState {
    case "55006": CDCError(.slotInUse, "The slot \(config.slotName) is read by another process", cause: error.cause)
    case "42704": CDCError(.slotLost, "The slot \(config.slotName) does not exist any more", cause: error.cause)
    case "55000": CDCError(.slotLost, "The server invalidated the slot \(config.slotName)", cause: error.cause)
    default: ServerCheck.replicationRefusal(error, config.connection)
    }
  }

  /// Why a running stream ended: pgoutput looks for the publication with each table's first change.
  private func streamFailure(_ error: CDCError) -> CDCError {
    guard error.code == .postgresStatementRefused, replication?.lastError?.sqlState == "42704" else { return error }
    return CDCError(
      .publicationMissing, "The publication \(config.publication.name) was not there when the changes were made",
      cause: error.cause)
  }
}

extension Duration {
  /// The duration in nanoseconds.
  var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
