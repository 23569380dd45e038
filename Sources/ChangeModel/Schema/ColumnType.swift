/// A column's type as the database's catalogue tells it; what becomes of it is decided by `ColumnCodecs`.
public struct ColumnType: Sendable, Hashable {
  /// The system whose type and wire format it is.
  public enum System: UInt8, Sendable {
    /// PostgreSQL: rows carry the text of each value.
    case postgres
    /// MySQL or MariaDB: rows carry the binlog's row image.
    case mysql
  }

  /// Which system's type it is.
  public var system: System
  /// The catalogue's name of the type, a domain resolved to its base: `int4`, `numeric`, `timestamptz`, `_text`, `mood`.
  public var name: String
  /// What kind of type it is.
  public var kind: Kind
  /// `varchar(n)`, `bit(n)`: n; `numeric(p,s)`: p. Nil without one.
  public var length: Int?
  /// `numeric(p,s)`: s; `timestamp(p)`, `time(p)`, `interval(p)`: p. Nil without one.
  public var scale: Int?
  /// Type, length and scale as `column.propagate.source.type` reports them.
  public var declared: DeclaredType

  /// The kinds of types that are handled differently.
  public indirect enum Kind: Sendable, Hashable {
    /// A base type.
    case base
    /// An enumeration with its labels in sort order.
    case enumeration([String])
    /// An array of an element type.
    case array(ColumnType)
    /// A range, multirange, composite or other constructed type: only its name decides.
    case constructed
  }

  /// A type.
  public init(
    system: System, name: String, kind: Kind = .base, length: Int? = nil, scale: Int? = nil,
    declared: DeclaredType? = nil
  ) {
    self.system = system
    self.name = name
    self.kind = kind
    self.length = length
    self.scale = scale
    self.declared = declared ?? DeclaredType(name: name.uppercased(), length: length, scale: scale)
  }
}

/// A column's type in the words of the schema parameters `__debezium.source.column.type`, `.length` and `.scale`.
public struct DeclaredType: Sendable, Hashable {
  /// The upper-case name (`SERIAL`, `INT8`, `_INT4`, a domain's own name).
  public var name: String
  /// The length as JDBC reports it.
  public var length: Int?
  /// The scale as JDBC reports it.
  public var scale: Int?

  /// A declared type.
  public init(name: String, length: Int?, scale: Int?) {
    self.name = name
    self.length = length
    self.scale = scale
  }
}
