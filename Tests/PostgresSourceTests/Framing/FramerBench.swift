import ChangeModel

@testable import PostgresSource

/// A framer over messages from bytes, with tables that need no server.
final class FramerBench {
  /// A change as a test compares it.
  struct Told: Equatable, CustomStringConvertible {
    var operation: Operation
    var table: String
    var before: [PgOutputBytes.Value]?
    var after: [PgOutputBytes.Value]?
    var keyChange = KeyChange.none
    var image = BeforeImage.none
    var transaction: String?
    var total: Int64
    var collection: Int64

    var description: String {
      "\(operation) \(table) \(transaction ?? "-") \(total)/\(collection) \(String(describing: after)) \(keyChange)"
    }
  }

  let framer: ChangeFramer
  let batch = ChangeBatch()
  private(set) var told: [Told] = []

  init(
    after offset: PostgresOffset = PostgresOffset(), _ options: ChangeFramer.Options = .init(),
    captured: Set<String>? = nil,
    without columns: Set<String> = []
  ) {
    var book = SchemaBook()
    framer = ChangeFramer(after: offset, options: options) { message throws(CDCError) in
      if let captured, !captured.contains(message.table) { return RelationPlan(passingOver: message) }
      let keeps = message.columns.map { !columns.contains($0.name) }
      let kept = message.columns.filter { !columns.contains($0.name) }
      let key = message.columns.filter {
        $0.isIdentity && message.replicaIdentity != UInt8(ascii: "f") || $0.name == "id"
      }
      let schema = book.schema(
        of: message.id, name: TableName(database: "d", schema: message.schema, table: message.table),
        columns: kept.map {
          Column(name: $0.name, type: ColumnType(system: .postgres, name: "text"), isOptional: true)
        },
        keyColumns: key.compactMap { column in kept.firstIndex { $0.name == column.name } }, beforeImage: .key)
      return RelationPlan(
        message, schema: schema, keeps: keeps,
        keyPlaces: key.compactMap { column in message.columns.firstIndex { $0.name == column.name } })
    }
    framer.beginBatch()
  }

  /// Takes messages, one after the other.
  func take(_ messages: [(lsn: UInt64, bytes: [UInt8])]) throws {
    for message in messages { try framer.take(message.bytes, at: message.lsn, into: batch) }
    collect()
  }

  /// Ends the batch: what it told, and its offset.
  @discardableResult func endBatch() -> PostgresOffset? {
    collect()
    collected = 0
    batch.reset()
    framer.beginBatch()
    return framer.takeOffset()
  }

  private var collected = 0

  private func collect() {
    for change in batch.changes[collected...] {
      let table = change.schema >= 0 ? batch.schemas[Int(change.schema)].name.table : ""
      let transaction = change.transaction >= 0 ? batch.transactions[Int(change.transaction)].id : nil
      let isMessage = change.operation == .message
      func row(_ range: ByteRange) -> [PgOutputBytes.Value]? {
        guard range.isPresent else { return nil }
        if isMessage { return [.text(String(decoding: batch.bytes[range], as: UTF8.self))] }
        return PgOutputBytes.row(batch.bytes[range])
      }
      told.append(
        Told(
          operation: change.operation, table: table, before: row(change.before), after: row(change.after),
          keyChange: change.keyChange, image: change.beforeImage, transaction: transaction, total: change.totalOrder,
          collection: change.collectionOrder))
    }
    collected = batch.changes.count
  }
}
