internal import ChangeModel
internal import Flow
internal import PostgresClient

/// Reads all rows of the captured tables inside one transaction, as many at a time as a batch takes.
final class SnapshotReader {
  private let connection: PostgresConnection
  private let tables: [TableEntry]
  private let context: TransactionContext
  private let position: UInt64
  private let isStopped: () -> Bool

  private var next = 0
  private var reading: Reading?
  /// The last row so far: it waits for the next one, since a table's and the snapshot's last row are marked.
  private var carried: Carried?
  private var transactionNumber: Int32 = -1

  /// Rows read so far, per table.
  private(set) var rows: [String: Int] = [:]
  /// The table that is read now, counted from 1.
  var tableNumber: Int { next }
  var tableCount: Int { tables.count }

  private struct Reading {
    let copy: CopyReader
    let schema: TableSchema
    let columns: Int
    let isFirstTable: Bool
    let key: String
    var rows = 0
  }

  private struct Carried {
    var change: Change
    var schema: TableSchema
    var bytes: [UInt8]
  }

  /// Reads `tables` in their order. The connection has the snapshot's transaction open; all rows tell `context` and
  /// `position`.
  init(
    _ connection: PostgresConnection, tables: [TableEntry], context: TransactionContext, position: UInt64,
    isStopped: @escaping () -> Bool
  ) {
    self.connection = connection
    self.tables = tables.filter { !$0.isPartitioned }
    self.context = context
    self.position = position
    self.isStopped = isStopped
  }

  /// Appends rows until the batch holds about `limit` bytes, until none wait, or for `patience` where none came at all.
  ///
  /// Throws `snapshotTableChanged` when a table is not any more what it was.
  func poll(
    into batch: ChangeBatch, limit: Int, patience: Duration, shape: inout TableShape
  ) throws(CDCError) -> PollOutcome {
    batch.transactions.append(context)
    transactionNumber = Int32(batch.transactions.count - 1)
    putBack(into: batch)
    var hasNapped = false
    // The row that waited does not count: one alone may be larger than the limit.
    while batch.changes.count <= 1 || batch.weight < limit {
      if reading == nil, try !openNext(&shape) {
        batch.markLast(.last)
        return .finished
      }
      switch try step(batch.changes.count > 1 ? .zero : patience) {
      case .row(let bytes):
        try append(bytes, to: batch)
        hasNapped = false
      case .end: endTable(batch)
      case .dry:
        guard batch.changes.count > 1, !hasNapped else {
          carryLast(of: batch)
          return .dry
        }
        reading?.copy.nap()
        hasNapped = true
      }
    }
    carryLast(of: batch)
    return .more
  }

  private func step(_ patience: Duration) throws(CDCError) -> CopyReader.Step {
    guard let reading else { return .end }
    do throws(CDCError) { return try reading.copy.poll(patience) } catch { throw changed(error, reading.key) }
  }

  private func append(_ bytes: UnsafeRawBufferPointer, to batch: ChangeBatch) throws(CDCError) {
    guard let reading else { return }
    var change = Change(.read)
    do throws(FramingError) {
      change.after = try CopyRow.append(bytes, columns: reading.columns, to: &batch.bytes)
    } catch {
      throw CDCError(.streamUnreadable, "A row of \(reading.key) can't be read from the snapshot: \(error.explanation)")
    }
    change.schema = batch.number(of: reading.schema)
    change.transaction = transactionNumber
    change.position = position
    change.snapshot = reading.rows > 0 ? .some : reading.isFirstTable ? .first : .firstInDataCollection
    batch.append(change)
    self.reading?.rows += 1
  }

  private func endTable(_ batch: ChangeBatch) {
    guard let ended = reading else { return }
    rows[ended.key] = ended.rows
    // A first table with one row keeps `first`, as Debezium has it.
    if ended.rows > 1 || (ended.rows == 1 && !ended.isFirstTable) { batch.markLast(.lastInDataCollection) }
    reading = nil
  }

  /// Starts the next table. False: there is none.
  private func openNext(_ shape: inout TableShape) throws(CDCError) -> Bool {
    while next < tables.count {
      let table = tables[next]
      next += 1
      guard let (schema, _) = try shape.snapshotSchema(of: table.id, on: connection) else { continue }
      let name = SQLText.identifier(table.schema, table.table)
      let columns = schema.columns.map { SQLText.identifier($0.name) }.joined(separator: ", ")
      let sql = columns.isEmpty ? "COPY (SELECT FROM ONLY \(name)) TO STDOUT" : "COPY \(name) (\(columns)) TO STDOUT"
      do throws(CDCError) {
        let copy = try connection.beginCopyOut(sql, every: .milliseconds(200)) { _ in !isStopped() }
        reading = Reading(
          copy: copy, schema: schema, columns: schema.columns.count, isFirstTable: next == 1, key: table.qualified)
      } catch { throw changed(error, table.qualified) }
      return true
    }
    return false
  }

  // MARK: - The row that waits

  private func carryLast(of batch: ChangeBatch) {
    noteRows()
    guard let change = batch.removeLastChange(), change.schema >= 0 else { return }
    carried = Carried(
      change: change, schema: batch.schemas[Int(change.schema)], bytes: Array(batch.bytes[change.after]))
    batch.bytes.truncate(to: Int(change.after.offset))
  }

  private func putBack(into batch: ChangeBatch) {
    guard var waiting = carried else { return }
    carried = nil
    let start = batch.bytes.count
    batch.bytes.append(waiting.bytes)
    waiting.change.after = ByteRange(offset: start, count: waiting.bytes.count)
    waiting.change.schema = batch.number(of: waiting.schema)
    waiting.change.transaction = transactionNumber
    batch.append(waiting.change)
  }

  private func noteRows() {
    if let reading { rows[reading.key] = reading.rows }
  }

  /// Ends the transaction.
  func close() {
    reading?.copy.cancel()
    reading = nil
    connection.close()
  }

  private func changed(_ error: CDCError, _ table: String) -> CDCError {
    if isStopped() { return CDCError(.sourceStopped, "The snapshot was stopped at \(table)") }
    guard let state = connection.lastError?.sqlState, ["42P01", "42703", "55000", "XX000"].contains(state) else {
      return error
    }
    return CDCError(
      .snapshotTableChanged, "\(table) was changed or dropped while the snapshot read it", cause: error.cause)
  }
}

extension ChangeBatch {
  /// What it weighs against a limit of bytes: rows and their table.
  var weight: Int { bytes.count + changes.count * 32 }
}
