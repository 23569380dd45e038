internal import ChangeModel

/// The schemas that were given out: numbers them, and gives the same one again where nothing changed.
struct SchemaBook {
  private var nextSerial = 0
  private var current: [UInt32: TableSchema] = [:]

  /// The newest schema of the table with this id.
  subscript(id: UInt32) -> TableSchema? { current[id] }

  /// The schema of these parts for the table with this id: the known one where it is equal, else a new one.
  mutating func schema(
    of id: UInt32, name: TableName, columns: [Column], keyColumns: [Int], beforeImage: BeforeImage
  ) -> TableSchema {
    if let known = current[id], known.name == name, known.columns == columns, known.keyColumns == keyColumns,
      known.beforeImage == beforeImage
    {
      return known
    }
    let made = TableSchema(
      serial: nextSerial, name: name, columns: columns, keyColumns: keyColumns, beforeImage: beforeImage)
    nextSerial += 1
    current[id] = made
    return made
  }
}
