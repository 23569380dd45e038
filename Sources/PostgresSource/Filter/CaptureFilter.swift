internal import ChangeModel
internal import Settings

/// Which tables and columns are captured: the include and exclude lists of schemas, tables and columns.
struct CaptureFilter: Sendable {
  var schemaInclude: PatternList?
  var schemaExclude: PatternList?
  var tableInclude: PatternList?
  var tableExclude: PatternList?
  var columnInclude: PatternList?
  var columnExclude: PatternList?

  /// Everything.
  init() {}

  /// Whether a table's changes are captured.
  func captures(schema: String, table: String) throws(CDCError) -> Bool {
    if let schemaInclude, try !schemaInclude.matches(schema) { return false }
    if let schemaExclude, try schemaExclude.matches(schema) { return false }
    let name = "\(schema).\(table)"
    if let tableInclude, try !tableInclude.matches(name) { return false }
    if let tableExclude, try tableExclude.matches(name) { return false }
    return true
  }

  /// Whether a column is part of a row's value.
  func captures(column: String, schema: String, table: String) throws(CDCError) -> Bool {
    guard hasColumnLists else { return true }
    let name = "\(schema).\(table).\(column)"
    if let columnInclude, try !columnInclude.matches(name) { return false }
    if let columnExclude, try columnExclude.matches(name) { return false }
    return true
  }

  /// Whether any column may be left out.
  var hasColumnLists: Bool { columnInclude != nil || columnExclude != nil }

  /// The captured ones of all tables, in the order in which a snapshot reads them: that of `table.include.list`, and by
  /// name.
  func captured(of tables: [TableEntry]) throws(CDCError) -> [TableEntry] {
    var chosen: [(rank: Int, table: TableEntry)] = []
    for table in tables where try captures(schema: table.schema, table: table.table) {
      chosen.append((try tableInclude?.firstMatch(table.qualified) ?? 0, table))
    }
    return chosen.sorted { ($0.rank, $0.table.qualified) < ($1.rank, $1.table.qualified) }.map(\.table)
  }

  /// Entries of `table.include.list` that match no table.
  func unmatchedIncludes(in tables: [TableEntry]) throws(CDCError) -> [String] {
    guard let tableInclude else { return [] }
    var matched: Set<Int> = []
    for table in tables {
      if let place = try tableInclude.firstMatch(table.qualified) { matched.insert(place) }
    }
    return tableInclude.sources.enumerated().filter { !matched.contains($0.offset) }.map(\.element)
  }
}
