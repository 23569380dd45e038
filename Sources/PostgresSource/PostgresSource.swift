public import ChangeModel
public import Flow
internal import PostgresClient

/// Reads a PostgreSQL database: its rows as they are, then its changes in the order of commits, through a logical slot of
/// pgoutput. It belongs to one thread.
public final class PostgresSource: ChangeSource {
  /// Where the source is.
  enum Phase {
    /// Not started, or stopped.
    case idle
    /// Existing rows are read; streaming starts at `offset`.
    case snapshot(SnapshotReader, PostgresOffset)
    /// Changes are read.
    case streaming(ReplicationStream, ChangeFramer)
    /// There is nothing more to read.
    case finished
  }

  let config: PostgresSourceConfig
  let stopFlag: StopFlag
  let board = ProgressBoard()
  var phase = Phase.idle
  var shape: TableShape
  /// For everything but the stream.
  var catalogue: PostgresConnection?
  /// Makes the slot, then carries the stream.
  var replication: PostgresConnection?
  /// The log's end when the stream began.
  var headAtStart: UInt64 = 0
  var lastIdleAdvance: Int64 = 0
  var lastRetention: Int64 = 0

  /// A source that is not started. Raising `stop` cuts every wait short.
  public init(_ config: PostgresSourceConfig, stop: StopFlag) {
    self.config = config
    stopFlag = stop
    shape = TableShape(database: config.connection.database, filter: config.filter)
  }

  /// Live figures.
  public var progress: SourceProgress { board.current }

  /// Connects, checks slot and publication, and begins with the snapshot or with the stream.
  public func start(at offset: SourceOffset?) throws {
    try begin(at: offset)
  }

  /// Appends what waits.
  public func poll(into batch: ChangeBatch, limit: Int, patience: Duration) throws -> PollOutcome {
    switch phase {
    case .idle: throw CDCError(.sourceStopped, "The source \(config.server) is not started")
    case .finished:
      _ = stopFlag.wait(patience)
      return .finished
    case .snapshot(let reader, let offset):
      return try pollSnapshot(reader, offset, batch, limit, patience)
    case .streaming(let stream, let framer):
      return try pollStream(stream, framer, batch, limit, patience)
    }
  }

  /// Tells the server that it may forget everything before the durable position.
  public func confirm(_ position: DurablePosition) throws {
    board.update { $0.acknowledged = max($0.acknowledged, position.offset.position) }
    guard case .streaming(let stream, _) = phase else { return }
    try stream.confirm(LSN(position.offset.position))
  }

  /// Answers the server, whose `wal_sender_timeout` (60 s) would end the stream of a reader that only waits for Kafka.
  public func keepAlive() throws {
    guard case .streaming(let stream, _) = phase else { return }
    try stream.sendDueStatus(interval: .zero)
  }

  /// Closes everything; the slot goes with it if so configured and the stop is an orderly one.
  public func stop(keepingState: Bool) {
    switch phase {
    case .snapshot(let reader, _): reader.close()
    case .streaming(let stream, _): stream.finish()
    case .idle, .finished: break
    }
    phase = .idle
    replication?.close()
    replication = nil
    if !keepingState && config.dropsSlotOnStop { dropSlot() }
    catalogue?.close()
    catalogue = nil
  }

  /// The connection for the catalogue, opened again if it broke.
  func openCatalogue() throws(CDCError) -> PostgresConnection {
    if let catalogue, catalogue.isUsable { return catalogue }
    let connection = try PostgresLogin.open(config)
    catalogue = connection
    return connection
  }

  /// Runs `body` with the connection for the catalogue; once more with a new one if it broke, as idle connections do.
  func withCatalogue<Result>(
    _ body: (PostgresConnection) throws(CDCError) -> Result
  ) throws(CDCError) -> Result {
    let connection = try openCatalogue()
    do throws(CDCError) { return try body(connection) } catch {
      guard !connection.isUsable else { throw error }
      return try body(try openCatalogue())
    }
  }

  /// The server frees a slot a moment after its reader went.
  private func dropSlot() {
    for _ in 0..<20 {
      guard let connection = try? openCatalogue() else { return }
      let dropped = try? connection.query(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1 AND NOT active",
        [config.slotName])
      let remaining = try? SlotState.read(config.slotName, on: connection)
      if dropped?.rowCount == 1 || remaining == .some(nil) { return }
      _ = StopFlag().wait(.milliseconds(100))
    }
  }
}
