/// A table as the stream announces it before its first row and after each change of its form.
struct RelationMessage: Equatable {
  /// A column of it.
  struct Column: Equatable {
    var name: String
    var typeID: UInt32
    var typeModifier: Int32
    /// Whether it belongs to the replica identity.
    var isIdentity: Bool
  }

  var id: UInt32
  var schema: String
  var table: String
  /// `d` default, `n` nothing, `f` full, `i` index.
  var replicaIdentity: UInt8
  var columns: [Column]

  init(id: UInt32, schema: String, table: String, replicaIdentity: UInt8, columns: [Column]) {
    self.id = id
    self.schema = schema
    self.table = table
    self.replicaIdentity = replicaIdentity
    self.columns = columns
  }

  /// Reads the message behind its kind.
  init(_ cursor: inout ByteCursor) throws(FramingError) {
    id = try cursor.integer(UInt32.self)
    let name = try cursor.text()
    // An empty name stands for pg_catalog.
    schema = name.isEmpty ? "pg_catalog" : name
    table = try cursor.text()
    replicaIdentity = try cursor.byte()
    let count = Int(try cursor.integer(UInt16.self))
    columns = []
    columns.reserveCapacity(min(count, 1600))
    for _ in 0..<count {
      let flags = try cursor.byte()
      columns.append(
        Column(
          name: try cursor.text(), typeID: try cursor.integer(UInt32.self),
          typeModifier: try cursor.integer(Int32.self), isIdentity: flags & 1 != 0))
    }
  }
}
