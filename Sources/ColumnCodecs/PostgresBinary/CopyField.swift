/// How a value of an event becomes a field of PostgreSQL's binary COPY format: one step of a row plan.
@frozen public struct CopyField: Sendable, Hashable {
  /// What is written. The names are those of the server's types; what is read follows from `form`.
  @frozen public enum Kind: UInt8, Sendable {
    /// Integers; a value that does not fit is a fault.
    case int2, int4, int8, oid
    /// Floating-point numbers.
    case float4, float8
    /// numeric, from a whole number, a decimal or a variable-scale decimal.
    case numeric
    /// bool
    case bool
    /// Everything whose binary form is its text: text, varchar, bpchar, json, xml, citext, enumerations.
    case text
    /// jsonb, as text behind a version byte
    case jsonb
    /// bytea
    case bytea
    /// uuid
    case uuid
    /// Dates and times.
    case date, time, timetz, timestamp, interval
    /// bit and varbit
    case bits
    /// point
    case point
    /// PostGIS geometry and geography
    case geometry
    /// An array of `element`.
    case array
  }

  /// What is written.
  public var kind: Kind
  /// What is read.
  public var form: EventForm
  /// Of an array: what an element becomes.
  public var elementKind: Kind
  /// Of an array: what an element is read as.
  public var elementForm: EventForm
  /// Of an array: the element type's OID.
  public var elementOID: UInt32
  /// Of an array: which union branch of an element is null; -1: elements are never null.
  public var elementNull: Int8

  /// A field that is no array.
  public init(_ kind: Kind, from form: EventForm) {
    self.kind = kind
    self.form = form
    elementKind = kind
    elementForm = form
    elementOID = 0
    elementNull = -1
  }

  /// An array of such elements.
  public init(arrayOf element: CopyField, oid: UInt32, nullBranch: Int8) {
    kind = .array
    form = EventForm(.array)
    elementKind = element.kind
    elementForm = element.form
    elementOID = oid
    elementNull = nullBranch
  }
}

/// Why a value can't be written.
@frozen public enum CopyFault: UInt8, Sendable {
  /// It was written.
  case none
  /// It is not what its type says.
  case malformed
  /// It does not fit into the column's type.
  case outOfRange
}
