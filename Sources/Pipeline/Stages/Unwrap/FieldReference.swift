/// A field of the envelope that `add.fields` or `add.headers` names: `op`, `source.ts_ms`, `table:source_table`.
struct FieldReference: Sendable {
  /// The envelope's struct that has it; nil: the envelope itself.
  let parent: String?
  /// Its name there.
  let field: String
  /// The name of what is added.
  let added: String

  /// Reads one entry of the list; nil: it has a form that means nothing.
  init?(_ text: String, prefix: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let path = parts.first, !path.isEmpty else { return nil }
    let names = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard names.count <= 2, names.allSatisfy({ !$0.isEmpty }) else { return nil }
    field = names[names.count - 1]
    parent = names.count == 2 ? names[0] : Self.parent(of: field)
    let plain = names.count == 2 ? "\(names[0])_\(names[1])" : field
    added = prefix + (parts.count == 2 ? String(parts[1]) : plain)
  }

  /// Where Debezium looks for a name without a struct.
  private static func parent(of field: String) -> String? {
    switch field {
    case "id", "total_order", "data_collection_order": "transaction"
    case "op", "ts_ms", "ts_us", "ts_ns": nil
    default: "source"
    }
  }

  static func problem(_ text: String) -> String? {
    let entries = text.split(separator: ",").map { $0.split(separator: " ").joined() }
    let isFine = entries.allSatisfy { FieldReference($0, prefix: "") != nil }
    return isFine ? nil : "needs names like op, source.ts_ms or table:source_table, separated by commas"
  }
}
