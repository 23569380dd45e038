public import ChangeModel
internal import EventEncoding
internal import Pipeline
internal import PostgresClient

/// Writes Debezium events into PostgreSQL tables, exactly once: rows and offsets are one transaction.
///
/// It belongs to its task's thread. After `stop` it can be started again.
public final class WarehouseSink: RecordSink {
  private let config: WarehouseConfig
  private let context: SinkContext
  private let decoder: EventDecoder
  private let pipeline: SinkPipeline
  private let decoded = DecodedBatch()
  private let router: BatchRouter
  private var session: Session?
  private var claims: [TopicPartition: OffsetTable.Claim] = [:]
  /// Events that were passed over since the start: deletes and truncates that are not enabled, messages.
  public private(set) var passedOver = 0

  /// What lives as long as a connection.
  private struct Session {
    let connection: PostgresConnection
    let offsets: OffsetTable
    let keeper: TableKeeper
    let applier: BatchApplier
    let moves: MoveTable
  }

  /// A task of this configuration.
  public init(_ config: WarehouseConfig, _ context: SinkContext) {
    self.config = config
    self.context = context
    pipeline = config.makePipeline()
    decoder = EventDecoder(
      keyFormat: config.keyFormat, valueFormat: config.valueFormat, keySchemas: context.keySchemas,
      valueSchemas: context.valueSchemas)
    decoder.wantsBefore = pipeline.wantsBefore
    router = BatchRouter(config)
  }

  /// Connects and makes the offsets' table. Throws a `CDCError`.
  public func start() throws {
    stop()
    let connection = try WarehouseConnection.open(config)
    let offsets = OffsetTable(
      sink: context.name, clusterID: context.clusterID, forgetsOtherClusters: context.isEmbeddedBroker,
      table: try WarehouseConnection.ownTable(OffsetTable.name, connection))
    try offsets.prepare(connection)
    let moves = MoveTable(
      sink: context.name, table: try WarehouseConnection.ownTable(MoveTable.name, connection), connection)
    try moves.prepare()
    session = Session(
      connection: connection, offsets: offsets,
      keeper: TableKeeper(config, connection, addedColumn: pipeline.addedColumn),
      applier: BatchApplier(config, connection, moves, partitionCount: context.partitionCount), moves: moves)
  }

  /// Takes the partitions over; from here on an older owner writes nothing.
  public func assigned(_ partitions: [TopicPartition]) throws -> [TopicPartition: Int64] {
    let session = try open()
    let taken = try session.offsets.claim(partitions, session.connection)
    claims.merge(taken) { _, new in new }
    try session.moves.reload()
    return taken.compactMapValues(\.next)
  }

  /// Forgets the partitions.
  public func revoked(_ partitions: [TopicPartition]) {
    for partition in partitions { claims[partition] = nil }
  }

  /// Writes a batch. Records that the offsets say were written are passed over. Of a batch with a poison record those
  /// before it are written, then its error is thrown.
  public func write(_ batch: RecordBatch, rejected: any RejectionHandler) throws -> [TopicPartition: Int64] {
    let session = try open()
    let progress = BatchProgress(batch, claims)
    if let stranger = progress.unclaimed {
      throw CDCError(
        .warehouseFenced, "fenced: topic \(stranger.topic), partition \(stranger.partition) is not this task's")
    }
    let failure = decoder.decode(batch, into: decoded) { progress.isNew($0) }
    if let failure, failure.error.code.failureClass != .poison { throw failure.error }
    try pipeline.process(decoded)
    let limit = failure?.record ?? batch.records.count
    do throws(CDCError) {
      try write(batch, upTo: limit, progress, session)
    } catch {
      guard error.code.failureClass == .poison, let record = failedRecord, record > 0 else { throw error }
      try write(batch, upTo: record, progress, session)
      throw error
    }
    if let failure { throw failure.error }
    return progress.ends
  }

  /// Closes the connection.
  public func stop() {
    session?.connection.close()
    session = nil
    claims.removeAll()
  }

  private var failedRecord: Int?

  private func write(
    _ batch: RecordBatch, upTo limit: Int, _ progress: BatchProgress, _ session: Session
  ) throws(CDCError) {
    failedRecord = nil
    let moves = progress.moves(upTo: limit)
    guard !moves.isEmpty else { return }
    try router.route(decoded, batch, limit: limit, session.keeper) { failedRecord = $0 }
    let keyChanges = decoded.events.contains { $0.keyChange != .none }
    let halves = keyChanges ? BatchMoves(decoded, batch, count: router.numbers.count, decoder) : BatchMoves()
    do throws(CDCError) {
      try session.connection.transaction("Writing rows") { () throws(CDCError) in
        try session.offsets.advance(moves, session.connection)
        try session.applier.apply(decoded, batch, router, halves)
      }
    } catch {
      // The transaction is undone, and with it what was noted of waiting rows.
      if session.connection.isUsable { try? session.moves.reload() }
      failedRecord = session.applier.failedRecord
      throw error
    }
    for move in moves { claims[move.partition]?.next = move.next }
    passedOver += router.passedOver
  }

  private func open() throws(CDCError) -> Session {
    guard let session else {
      throw CDCError(.warehouseUnavailable, "The connection to the warehouse is not open")
    }
    return session
  }
}
