/// A table as it was at one point of the log. Immutable: a changed table is a new schema with a new `serial`.
public final class TableSchema: Sendable {
  /// Dense number that the source gives, 0, 1, 2, … in order of appearance; encoders index their plans by it.
  public let serial: Int
  /// The table's real name.
  public let name: TableName
  /// The captured columns in the order in which rows carry them, without generated ones.
  public let columns: [Column]
  /// Places in `columns` of the key, in the key's own order; empty for a table without a key.
  public let keyColumns: [Int]
  /// What the server sends of a row before its change.
  public let beforeImage: BeforeImage

  /// A schema. `keyColumns` are places in `columns`.
  public init(serial: Int, name: TableName, columns: [Column], keyColumns: [Int], beforeImage: BeforeImage) {
    self.serial = serial
    self.name = name
    self.columns = columns
    self.keyColumns = keyColumns
    self.beforeImage = beforeImage
  }
}

/// A table's full name; `schema` is nil where the system has none (MySQL).
public struct TableName: Sendable, Hashable {
  /// The database.
  public var database: String
  /// The schema (namespace) in the database.
  public var schema: String?
  /// The table.
  public var table: String

  /// A name from its parts.
  public init(database: String, schema: String?, table: String) {
    self.database = database
    self.schema = schema
    self.table = table
  }

  /// `schema.table`, or `database.table` where there is no schema: what filters match and topics are named by.
  public var qualified: String { "\(schema ?? database).\(table)" }
}

/// A captured column.
public struct Column: Sendable, Hashable {
  /// The column's real name.
  public var name: String
  /// Its type.
  public var type: ColumnType
  /// Whether it may be null.
  public var isOptional: Bool
  /// Its default, as far as it can be told in a schema.
  public var defaultValue: ColumnDefault?
  /// False for a column that only stays for the key (left out by a column filter).
  public var isInValue: Bool

  /// A column.
  public init(
    name: String, type: ColumnType, isOptional: Bool, defaultValue: ColumnDefault? = nil, isInValue: Bool = true
  ) {
    self.name = name
    self.type = type
    self.isOptional = isOptional
    self.defaultValue = defaultValue
    self.isInValue = isInValue
  }
}

/// A column's default.
public enum ColumnDefault: Sendable, Hashable {
  /// A constant, as the server writes a value of that type in a row.
  case text(String)
  /// A function (`now()`, `nextval(…)`): schemas carry the type's zero in its place.
  case function
}

/// What a row event holds of the row before the change.
public enum BeforeImage: UInt8, Sendable {
  /// Nothing.
  case none
  /// The identity's columns.
  case key
  /// All columns.
  case full
}
