internal import ChangeModel

/// A table as the live catalogue has it.
struct CatalogTable: Sendable {
  var id: UInt32
  var schema: String
  var table: String
  /// `d`, `n`, `f` or `i`.
  var replicaIdentity: UInt8
  /// All columns but the dropped ones.
  var columns: [CatalogColumn]
  /// Names of the key's columns in the key's order.
  var keyColumns: [String]

  /// `schema.table`.
  var qualified: String { "\(schema).\(table)" }
}

/// A column as the live catalogue has it.
struct CatalogColumn: Sendable {
  var name: String
  var typeID: UInt32
  var typeModifier: Int32
  var type: ColumnType
  var isOptional: Bool
  var defaultValue: ColumnDefault?
  var isGenerated: Bool
}

/// A table's place in the list of all tables.
struct TableEntry: Sendable, Hashable {
  var id: UInt32
  var schema: String
  var table: String
  /// `r` ordinary, `p` partitioned.
  var kind: String

  var qualified: String { "\(schema).\(table)" }
  var isPartitioned: Bool { kind == "p" }
}
