internal import ChangeModel
internal import PostgresClient

/// Types by their id: domains resolved to their base, elements of arrays, labels of enumerations. Reads `pg_type` once
/// per type.
struct TypeCatalog {
  private struct Entry {
    var name: String
    /// `b` base, `c` composite, `d` domain, `e` enumeration, `p` pseudo, `r` range, `m` multirange.
    var kind: String
    var base: UInt32
    var modifier: Int32
    var element: UInt32
    var isArray: Bool
    var isNotNull: Bool
    var labels: [String]
  }

  private var entries: [UInt32: Entry] = [:]

  /// Forgets what was read, after a schema change (an enumeration may have got labels).
  mutating func removeAll() { entries.removeAll() }

  /// The type of a column, and whether its domain forbids nulls. `isSerial`: its default is a sequence's next value.
  mutating func resolve(
    _ id: UInt32, modifier: Int32, isSerial: Bool, on connection: PostgresConnection
  ) throws(CDCError) -> (type: ColumnType, isNotNull: Bool) {
    let own = try entry(id, connection)
    var (entry, modifier, isNotNull) = (own, modifier, own.isNotNull)
    while entry.kind == "d" {
      // A domain carries its base's modifier; the column of a domain has none itself.
      if modifier < 0 { modifier = entry.modifier }
      entry = try self.entry(entry.base, connection)
      isNotNull = isNotNull || entry.isNotNull
    }
    let (kind, element) = try self.kind(of: entry, modifier, connection)
    let (length, scale) = TypeModifier.lengthAndScale(of: entry.name, modifier)
    let declared = DeclaredTypes.declared(
      name: own.name, element: element ?? entry.name, modifier: modifier, isSerial: isSerial)
    return (
      ColumnType(
        system: .postgres, name: entry.name, kind: kind, length: length, scale: scale, declared: declared), isNotNull
    )
  }

  private mutating func kind(
    of entry: Entry, _ modifier: Int32, _ connection: PostgresConnection
  ) throws(CDCError) -> (kind: ColumnType.Kind, element: String?) {
    switch entry.kind {
    case "e": return (.enumeration(entry.labels), nil)
    case "b" where entry.isArray:
      let element = try self.entry(entry.element, connection)
      // Arrays of domains and of structures are told by their name alone.
      guard element.kind == "b" || element.kind == "e" || element.kind == "r" else {
        return (.constructed, element.name)
      }
      let (kind, _) = try self.kind(of: element, modifier, connection)
      let (length, scale) = TypeModifier.lengthAndScale(of: element.name, modifier)
      let type = ColumnType(system: .postgres, name: element.name, kind: kind, length: length, scale: scale)
      return (.array(type), element.name)
    case "b": return (.base, nil)
    default: return (.constructed, nil)
    }
  }

  private mutating func entry(_ id: UInt32, _ connection: PostgresConnection) throws(CDCError) -> Entry {
    if let known = entries[id] { return known }
    let read = try Self.read(id, connection)
    entries[id] = read
    return read
  }

  private static func read(_ id: UInt32, _ connection: PostgresConnection) throws(CDCError) -> Entry {
    let result = try connection.query(
      """
      SELECT typname, typtype, typbasetype, typtypmod, typelem, typcategory = 'A' AND typelem <> 0, typnotnull
      FROM pg_catalog.pg_type WHERE oid = $1::oid
      """, [String(id)])
    guard result.rowCount == 1 else {
      // Dropped with its column meanwhile: only the name is lost, the values are text.
      return Entry(
        name: "unknown", kind: "p", base: 0, modifier: -1, element: 0, isArray: false, isNotNull: false, labels: [])
    }
    let kind = result[0, 1] ?? "b"
    return Entry(
      name: result[0, 0] ?? "", kind: kind, base: result[0, 2].flatMap { UInt32($0) } ?? 0,
      modifier: result[0, 3].flatMap { Int32($0) } ?? -1, element: result[0, 4].flatMap { UInt32($0) } ?? 0,
      isArray: result[0, 5] == "t", isNotNull: result[0, 6] == "t",
      labels: kind == "e" ? try labels(id, connection) : [])
  }

  private static func labels(_ id: UInt32, _ connection: PostgresConnection) throws(CDCError) -> [String] {
    let result = try connection.query(
      "SELECT enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = $1::oid ORDER BY enumsortorder", [String(id)])
    return (0..<result.rowCount).compactMap { result[$0, 0] }
  }
}
