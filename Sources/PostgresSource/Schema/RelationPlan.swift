internal import ChangeModel

/// How rows of one announced table are framed, compiled when it is announced.
struct RelationPlan {
  /// The message that announced it, to tell a repetition from a change.
  var message: RelationMessage
  /// Nil: the table is not captured, its rows are passed over.
  var schema: TableSchema?
  /// The number of columns that its rows have on the wire.
  var columnCount: Int
  /// Whether rows are taken as they stand; else `keeps` says which columns stay.
  var keepsAll: Bool
  /// Per wire column whether it stays.
  var keeps: [Bool]
  /// Wire places of the key's columns.
  var keyPlaces: [Int]
  /// Whether the replica identity holds the whole key, so that old keys are told by it.
  var identityHoldsKey: Bool

  // What the framer notes per batch and per transaction.

  /// The schema's number in the batch of `batchStamp`.
  var batchNumber: Int32 = -1
  var batchStamp = 0
  /// Changes of this table in the transaction of `transactionStamp`.
  var changes: Int64 = 0
  var transactionStamp = 0

  /// A table whose rows are passed over.
  init(passingOver message: RelationMessage) {
    self.message = message
    columnCount = message.columns.count
    keepsAll = true
    keeps = []
    keyPlaces = []
    identityHoldsKey = false
  }

  /// A captured table. `keeps` has a place for each wire column.
  init(_ message: RelationMessage, schema: TableSchema, keeps: [Bool], keyPlaces: [Int]) {
    self.message = message
    self.schema = schema
    columnCount = message.columns.count
    keepsAll = keeps.allSatisfy { $0 }
    self.keeps = keeps
    self.keyPlaces = keyPlaces
    identityHoldsKey = !keyPlaces.isEmpty && keyPlaces.allSatisfy { message.columns[$0].isIdentity }
  }
}
