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

  /// In the table `cdc_sink_offsets`.
  public var keepsOffsets: Bool { true }
  /// It does: rows are upserted.
  public var keepsRows: Bool { true }

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

  /// Writes a batch, all of it in one transaction if nothing is refused. Records that the offsets say were written are
  /// passed over.
  public func write(_ batch: RecordBatch, rejected: any RejectionHandler) throws -> [TopicPartition: Int64] {
    let session = try open()
    let progress = BatchProgress(batch, claims)
    if let stranger = progress.unclaimed {
      throw CDCError(
        .warehouseFenced, "fenced: topic \(stranger.topic), partition \(stranger.partition) is not this task's")
    }
    var splitter = BatchSplitter(batch, rejected)
    try splitter.write { range throws(CDCError) in try write(batch, range, progress, session) }
    return progress.ends
  }

  /// Closes the connection.
  public func stop() {
    session?.connection.close()
    session = nil
    claims.removeAll()
  }

  /// Tries to write a range of a batch, with its offsets, in one transaction.
  private func write(
    _ batch: RecordBatch, _ range: Range<Int>, _ progress: BatchProgress, _ session: Session
  ) throws(CDCError) -> BatchSplitter.Outcome {
    let undecodable = decoder.decode(batch, range, into: decoded) { !$0.isExcluded && progress.isNew($0) }
    if let last = undecodable.last, last.error.code.failureClass != .poison { throw last.error }
    guard undecodable.isEmpty else { return .faulty(undecodable.map { rejection($0) }) }
    let moves = progress.moves(in: range)
    guard !moves.isEmpty else { return .written }
    try pipeline.process(decoded)
    try router.route(decoded, batch, session.keeper)
    guard router.faults.isEmpty else { return .faulty(router.faults.map { rejection($0) }) }
    let keyChanges = decoded.events.contains { $0.keyChange != .none }
    let halves = keyChanges ? BatchMoves(decoded, batch, count: router.numbers.count, decoder) : BatchMoves()
    var refused: PostgresError?
    do throws(CDCError) {
      try session.connection.transaction("Writing rows") { () throws(CDCError) in
        do throws(CDCError) {
          try session.offsets.advance(moves, session.connection)
          try session.applier.apply(decoded, batch, router, halves)
        } catch {
          refused = session.connection.lastError
          throw error
        }
      }
    } catch {
      // The transaction is undone, and with it what was noted of waiting rows.
      if session.connection.isUsable { try? session.moves.reload() }
      return try failed(error, refused, session.applier.faults, batch)
    }
    progress.written(moves)
    for move in moves { claims[move.partition]?.next = move.next }
    passedOver += router.passedOver
    return .written
  }

  /// What became of a range whose transaction was undone.
  private func failed(
    _ error: CDCError, _ refused: PostgresError?, _ faults: [RowFault], _ batch: RecordBatch
  ) throws(CDCError) -> BatchSplitter.Outcome {
    guard error.code.failureClass == .poison || error.code.failureClass == .record else { throw error }
    if !faults.isEmpty { return .faulty(faults.map { rejection($0) }) }
    var written: [Int] = []
    var index = 0
    for number in router.numbers {
      if number != BatchRouter.nothing { written.append(Int(decoded.events[index].record)) }
      index += 1
    }
    guard let first = written.first else { throw error }
    guard written.count == 1 else { return .refused(written) }
    let event = decoded.events.first { Int($0.record) == first }
    let pointer = refused?.column.flatMap { column in event.map { Self.pointer(to: column, of: $0) } }
    let told = CDCError(error.code, "\(error.message) (\(batch.place(of: first)))", cause: error.cause)
    return .faulty([rejection(RowFault(record: first, error: told, pointer: pointer, rule: refused?.constraint))])
  }

  private func rejection(_ failure: DecodeFailure) -> Rejection {
    Rejection(
      record: failure.record, error: failure.error, stage: failure.isKey ? .keyConverter : .valueConverter,
      className: (failure.isKey ? config.keyFormat : config.valueFormat).className)
  }

  private func rejection(_ fault: RowFault) -> Rejection {
    Rejection(
      record: fault.record, error: fault.error, stage: .taskPut, className: config.kind.className,
      pointer: fault.pointer,
      rule: fault.rule)
  }

  /// The JSON pointer of a field of an event's row.
  static func pointer(to field: String, of event: DecodedEvent) -> String {
    var text = event.isEnvelope ? (event.isRewritten ? "/before/" : "/after/") : "/"
    for character in field.unicodeScalars {
      switch character {
      case "~": text += "~0"
      case "/": text += "~1"
      default: text.unicodeScalars.append(character)
      }
    }
    return text
  }

  private func open() throws(CDCError) -> Session {
    guard let session else {
      throw CDCError(.warehouseUnavailable, "The connection to the warehouse is not open")
    }
    return session
  }
}
