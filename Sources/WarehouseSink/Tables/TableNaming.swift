internal import ChangeModel
internal import PostgresClient

/// A table of the warehouse.
struct TargetName: Hashable, CustomStringConvertible {
  /// Nil: found by the connection's search path, made in its first schema.
  var schema: String?
  var table: String

  /// Quoted, for SQL.
  var sql: String {
    schema.map { SQLText.identifier($0, table) } ?? SQLText.identifier(table)
  }

  /// For messages.
  var description: String { schema.map { "\($0).\(table)" } ?? table }
}

/// Names of tables from names of topics.
struct TableNaming {
  let format: String
  let tablesByTopic: [String: String]
  let folds: Bool
  /// Whether the name depends on the event's source block; asked for each event.
  let needsSource: Bool

  init(_ config: WarehouseConfig) {
    format = config.tableFormat
    needsSource = config.tableFormat.contains("${source.")
    tablesByTopic = config.tablesByTopic
    folds = config.foldsNames
  }

  /// What is wrong with a format.
  static let problem: @Sendable (String) -> String? = { format in
    var rest = Substring(format)
    while let open = rest.firstRange(of: "${") {
      guard let close = rest[open.upperBound...].firstIndex(of: "}") else { return "a ${ is not closed" }
      let name = rest[open.upperBound..<close]
      guard ["topic", "source.schema", "source.table", "source.db"].contains(String(name)) else {
        return "${\(name)} is not known; there are ${topic}, ${source.schema} and ${source.table}"
      }
      rest = rest[rest.index(after: close)...]
    }
    return format.isEmpty ? "it is empty" : nil
  }

  /// The table of a topic's records. In `${topic}` the last two parts are schema and table; where the format gives the
  /// schema itself, only the last one counts.
  func table(topic: String, sourceSchema: String?, sourceTable: String?) -> TargetName {
    if let mapped = tablesByTopic[topic] { return name(mapped.split(separator: ".").map(String.init)) }
    let parts = topic.split(separator: ".").map(String.init)
    let table = parts.last ?? topic
    let schema = parts.count > 1 ? parts[parts.count - 2] : nil
    var text = format
    if let place = text.firstRange(of: "${topic}") {
      let givesSchema = text[..<place.lowerBound].contains(".")
      text.replaceSubrange(place, with: givesSchema || schema == nil ? table : "\(schema ?? "")\(Self.border)\(table)")
    }
    text = text.replacing("${source.schema}", with: sourceSchema ?? schema ?? "")
    text = text.replacing("${source.db}", with: sourceSchema ?? schema ?? "")
    text = text.replacing("${source.table}", with: sourceTable ?? table)
    return name(
      text.split { $0 == "." || String($0) == Self.border }.map(String.init))
  }

  /// Between schema and table of a topic; a character that no name has.
  private static let border = "\u{1F}"

  private func name(_ parts: [String]) -> TargetName {
    let parts = folds ? parts.map { $0.lowercased() } : parts
    return TargetName(schema: parts.count > 1 ? parts[parts.count - 2] : nil, table: parts.last ?? "")
  }
}
