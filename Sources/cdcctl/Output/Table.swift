/// Rows in aligned columns, with capitals as headings.
struct Table: Sendable {
  /// The headings; empty: none are shown.
  var columns: [String]
  /// The rows; each has as many cells as there are columns.
  var rows: [[String]]
  /// What is printed instead of a table without rows.
  var empty: String

  init(_ columns: [String], _ rows: [[String]], empty: String = "") {
    self.columns = columns
    self.rows = rows
    self.empty = empty
  }

  var text: String {
    if rows.isEmpty { return empty.isEmpty ? "" : empty + "\n" }
    let all = (columns.isEmpty ? [] : [columns]) + rows.map { $0.map(Printable.line) }
    let count = all.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in all.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0 }
    return all.map { row in
      let cells = row.enumerated().map { index, cell in
        index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
