internal import JSON

/// The headers that list columns whose values the source did not tell: sinks leave these columns alone, so the names must
/// stay those of the fields.
enum AbsentColumns {
  private static let headers = ["cdc.absent.before", "cdc.absent.after"].map { Array($0.utf8) }

  /// Gives the columns the names that their fields got.
  static func rename(_ names: [String: String], in list: StageHeaders) {
    for header in headers {
      list.replaceValues(of: header) { value in
        guard let value else { return nil }
        guard let columns = (try? JSONValue(parsing: value))?.array else { return Array(value) }
        let renamed = columns.map { column in
          column.string.flatMap { names[$0] }.map { JSONValue.string($0) } ?? column
        }
        return JSONValue.array(renamed).utf8
      }
    }
  }
}
