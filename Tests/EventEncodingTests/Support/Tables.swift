import ChangeModel

/// Tables written as text, one column a line: `name type [!] [=default]`; `!` is NOT NULL, `=f` a function.
enum Tables {
  static func columns(_ text: String) -> [Column] {
    text.split(separator: "\n").map { line in
      let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
      let rest = parts.count > 2 ? parts[2] : ""
      let defaultText = rest.contains("=") ? String(rest.split(separator: "=", maxSplits: 1).last ?? "") : nil
      return Column(
        name: parts[0], type: type(parts[1]), isOptional: !rest.hasPrefix("!"),
        defaultValue: defaultText.map { $0 == "f" ? .function : .text($0) })
    }
  }

  static func type(_ text: String) -> ColumnType {
    if text.hasSuffix("[]") {
      let element = type(String(text.dropLast(2)))
      return ColumnType(system: .postgres, name: "_" + element.name, kind: .array(element))
    }
    let name = String(text.prefix { $0 != "(" })
    let numbers = text.drop { $0 != "(" }.dropFirst().dropLast().split(separator: ",").compactMap { Int($0) }
    switch name {
    case "mood": return ColumnType(system: .postgres, name: name, kind: .enumeration(["sad", "ok", "happy"]))
    case "addr", "int4multirange": return ColumnType(system: .postgres, name: name, kind: .constructed)
    case "numeric": return ColumnType(system: .postgres, name: name, length: numbers.first, scale: numbers.last)
    case "time", "timetz", "timestamp", "timestamptz", "interval":
      return ColumnType(system: .postgres, name: name, scale: numbers.first)
    default: return ColumnType(system: .postgres, name: name, length: numbers.first)
    }
  }

  static func table(
    _ name: String, key: [String], beforeImage: BeforeImage = .key, serial: Int = 0, _ columns: String
  ) -> TableSchema {
    let columns = Self.columns(columns)
    return TableSchema(
      serial: serial, name: TableName(database: "crm", schema: "public", table: name), columns: columns,
      keyColumns: key.compactMap { name in columns.firstIndex { $0.name == name } }, beforeImage: beforeImage)
  }
}

/// A column's value on the wire.
enum Cell: Sendable, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
  case null, unchanged
  case text(String)

  init(stringLiteral value: String) { self = .text(value) }
  init(nilLiteral: ()) { self = .null }
}

extension ChangeBatch {
  /// Appends a row as pgoutput's TupleData.
  func row(_ cells: [Cell]) -> ByteRange {
    let start = bytes.count
    for cell in cells {
      switch cell {
      case .null: bytes.append(UInt8(ascii: "n"))
      case .unchanged: bytes.append(UInt8(ascii: "u"))
      case .text(let text):
        bytes.append(UInt8(ascii: "t"))
        bytes.appendBigEndian(Int32(text.utf8.count))
        bytes.append(Array(text.utf8))
      }
    }
    return ByteRange(offset: start, count: bytes.count - start)
  }

  /// Appends a change.
  func add(
    _ operation: ChangeModel.Operation, _ schema: TableSchema, before: [Cell]? = nil, after: [Cell]? = nil,
    _ adjust: (inout Change) -> Void = { _ in }
  ) {
    var change = Change(operation)
    change.schema = number(of: schema)
    change.beforeImage = before == nil ? .none : schema.beforeImage
    if let before { change.before = row(before) }
    if let after { change.after = row(after) }
    change.transaction = transactions.isEmpty ? -1 : Int32(transactions.count - 1)
    adjust(&change)
    append(change)
  }
}

extension ChangeBatch {
  /// Appends a text's bytes.
  func text(_ text: String) -> ByteRange {
    let start = bytes.count
    bytes.append(text: text)
    return ByteRange(offset: start, count: bytes.count - start)
  }
}
