internal import ChangeModel

/// Reads a column's default as `pg_get_expr` prints it: a constant, a function, or an expression that no schema can tell.
enum DefaultExpression {
  /// The default of a column of `type`; nil: none that a schema can carry.
  ///
  /// Which types have one follows Debezium: numbers, booleans, texts, enumerations, JSON, XML, UUID, temporal types and
  /// bit strings do; `name`, `money`, `bytea`, `numeric` without a scale, arrays and structures don't.
  static func parse(_ expression: String?, for type: ColumnType) -> ColumnDefault? {
    guard let expression, canHaveDefault(type) else { return nil }
    if let text = literal(expression) {
      // A NaN has no place in a schema of a decimal or in JSON.
      return text == "NaN" ? nil : .text(text)
    }
    return isFunction(expression) ? .function : nil
  }

  private static let types: Set<String> = [
    "int2", "int4", "int8", "oid", "float4", "float8", "bool", "text", "varchar", "bpchar", "citext", "json", "jsonb",
    "xml", "uuid", "date", "time", "timetz", "timestamp", "timestamptz", "interval", "bit", "varbit",
  ]

  private static func canHaveDefault(_ type: ColumnType) -> Bool {
    switch type.kind {
    case .enumeration: true
    case .base: types.contains(type.name) || (type.name == "numeric" && type.scale != nil)
    case .array, .constructed: false
    }
  }

  /// The text of a constant with or without casts: `5`, `'x'::text`, `B'101'::"bit"`, `('a'::text)::varchar`.
  static func literal(_ expression: String) -> String? {
    var rest = Substring(expression)
    guard let text = constant(&rest) else { return nil }
    return rest.isEmpty ? text : nil
  }

  private static func constant(_ rest: inout Substring) -> String? {
    var text: String?
    if rest.first == "(" {
      rest.removeFirst()
      text = constant(&rest)
      guard rest.first == ")" else { return nil }
      rest.removeFirst()
    } else if let first = rest.first, first == "'" {
      text = quoted(&rest)
    } else if rest.hasPrefix("B'") {
      rest.removeFirst()
      text = quoted(&rest)
    } else if rest.hasPrefix("true") || rest.hasPrefix("false") {
      text = rest.hasPrefix("true") ? "t" : "f"
      rest.removeFirst(rest.hasPrefix("true") ? 4 : 5)
    } else {
      text = number(&rest)
    }
    guard text != nil else { return nil }
    while rest.hasPrefix("::") {
      rest.removeFirst(2)
      guard skipTypeName(&rest) else { return nil }
    }
    return text
  }

  /// A text in quotes, doubled where one is meant. (`E''` is never printed while standard_conforming_strings is on,
  /// except for backslashes.)
  private static func quoted(_ rest: inout Substring) -> String? {
    rest.removeFirst()
    var text = ""
    while let character = rest.popFirst() {
      guard character == "'" else {
        text.append(character)
        continue
      }
      guard rest.first == "'" else { return text }
      rest.removeFirst()
      text.append("'")
    }
    return nil
  }

  private static func number(_ rest: inout Substring) -> String? {
    let text = rest.prefix { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }
    guard Double(text) != nil else { return nil }
    rest.removeFirst(text.count)
    return String(text)
  }

  /// A type's name behind `::`, with its modifier: `character varying(20)`, `"bit"`, `public.mood`, `integer[]`.
  private static func skipTypeName(_ rest: inout Substring) -> Bool {
    let start = rest.startIndex
    var isInModifier = false
    while let character = rest.first {
      if character == "\"" {
        guard let end = rest.dropFirst().firstIndex(of: "\"") else { return false }
        rest = rest[rest.index(after: end)...]
        continue
      }
      guard character.isLetter || character.isNumber || "_. [](),".contains(character) else { break }
      // A closing parenthesis that opened outside of the name ends it.
      if character == ")", !isInModifier { break }
      if character == "(" { isInModifier = true }
      if character == ")" { isInModifier = false }
      rest.removeFirst()
    }
    return rest.startIndex != start
  }

  /// `now()`, `nextval('s'::regclass)`, `CURRENT_TIMESTAMP`: one call and nothing else.
  static func isFunction(_ expression: String) -> Bool {
    let keywords: Set<String> = [
      "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "LOCALTIMESTAMP", "LOCALTIME", "CURRENT_USER",
      "SESSION_USER",
      "USER", "CURRENT_ROLE", "CURRENT_CATALOG", "CURRENT_SCHEMA",
    ]
    if keywords.contains(expression) { return true }
    guard let open = expression.firstIndex(of: "("), open != expression.startIndex else { return false }
    let name = expression[..<open]
    return name.allSatisfy { $0.isLetter || $0.isNumber || "_.\"".contains($0) } && expression.hasSuffix(")")
  }
}
