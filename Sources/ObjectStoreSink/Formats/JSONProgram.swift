internal import Avro
internal import ChangeModel
internal import JSON

/// How values become JSON.
struct JSONStyle: Hashable {
  /// Decimals as numbers; else as base64 of their unscaled value (`json.decimal.format`).
  var decimalsAreNumbers = false
  /// A null in an optional field with a default is written as the default.
  var nullsBecomeDefaults = true
}

/// A schema compiled for writing its values' Avro bytes as the JSON converter of Kafka Connect prints them: a flat table
/// of nodes and the texts between values, so that a value costs one pass and no object.
final class JSONProgram {
  enum Kind: UInt8 {
    case null, boolean, number, float, double, text, bytes, decimal, fixed, symbol, array, map, pairs, record, union
  }

  struct Node {
    var kind: Kind
    /// Of an optional value: the branch that is null; -1: never null.
    var nullBranch: Int32 = -1
    /// The first entry of `fields`, or the only child.
    var first: Int32 = 0
    /// Entries of `fields`; bytes of a fixed; the scale of a decimal.
    var count: Int32 = 0
    /// What stands for null, in `texts`.
    var fallback = ByteRange.none
  }

  struct Field {
    var node: Int32
    /// `{"name":` or `,"name":`, in `texts`; of a symbol, the symbol in quotes.
    var text: ByteRange
  }

  private(set) var nodes: ContiguousArray<Node> = []
  private(set) var fields: ContiguousArray<Field> = []
  private(set) var texts = ByteBuffer(capacity: 1024)
  let root: Int32

  /// Compiles a schema. Throws where a record contains itself.
  init(_ schema: Schema, _ style: JSONStyle) throws(RecordRefusal) {
    var compiler = JSONCompiler(root: schema, style: style)
    root = try compiler.node(schema)
    nodes = compiler.nodes
    fields = compiler.fields
    texts.append(compiler.texts)
  }
}

/// Compiles schemas into programs.
private struct JSONCompiler {
  let root: Schema
  let style: JSONStyle
  var nodes: ContiguousArray<JSONProgram.Node> = []
  var fields: ContiguousArray<JSONProgram.Field> = []
  var texts: [UInt8] = []
  private var open: Set<String> = []

  init(root: Schema, style: JSONStyle) {
    self.root = root
    self.style = style
  }

  mutating func node(_ given: Schema, fieldDefault: JSONValue? = nil) throws(RecordRefusal) -> Int32 {
    guard let branches = given.branches else { return add(try made(given)) }
    guard branches.count == 2, let null = branches.firstIndex(where: { $0.kind == .null }) else {
      return add(try union(branches))
    }
    let inner = branches[1 - null]
    var node = try made(inner)
    node.nullBranch = Int32(null)
    let value = fieldDefault.flatMap { $0.isNull ? nil : $0 } ?? inner.attributes["connect.default"]
    if style.nullsBecomeDefaults, let value { node.fallback = text(of: value, inner, node) }
    return add(node)
  }

  private mutating func made(_ given: Schema) throws(RecordRefusal) -> JSONProgram.Node {
    let schema: Schema
    do throws(AvroError) { schema = try given.resolved(in: root) } catch {
      throw .task(.objectFormat, "has a schema that can't be used: \(error)")
    }
    switch schema.kind {
    case .null: return .init(kind: .null)
    case .boolean: return .init(kind: .boolean)
    case .int, .long: return .init(kind: .number)
    case .float: return .init(kind: .float)
    case .double: return .init(kind: .double)
    case .string: return .init(kind: .text)
    case .bytes:
      guard style.decimalsAreNumbers, schema.logicalType == "decimal" else { return .init(kind: .bytes) }
      return .init(kind: .decimal, count: Int32(clamping: schema.attributes["scale"]?.int ?? 0))
    case .fixed(let fixed): return .init(kind: .fixed, count: Int32(clamping: fixed.size))
    case .enumeration(let symbols): return symbolNode(symbols)
    case .array(let items): return try array(items)
    case .map(let values): return .init(kind: .map, first: try node(values))
    case .record(let record): return try self.record(record)
    case .union(let branches): return try union(branches)
    case .reference: throw .task(.objectFormat, "has a schema with an undefined name")
    }
  }

  private mutating func array(_ items: Schema) throws(RecordRefusal) -> JSONProgram.Node {
    let element = (try? items.resolved(in: root)) ?? items
    let isMap =
      element.fullName == "io.confluent.connect.avro.MapEntry"
      || element.attributes["connect.internal.type"]?.string == "MapEntry"
    guard isMap, let record = element.record, record.fields.count == 2 else {
      return .init(kind: .array, first: try node(items))
    }
    let key = try node(record.fields[0].schema)
    let value = try node(record.fields[1].schema)
    let first = Int32(fields.count)
    fields.append(.init(node: key, text: .none))
    fields.append(.init(node: value, text: .none))
    return .init(kind: .pairs, first: first, count: 2)
  }

  private mutating func record(_ record: RecordSchema) throws(RecordRefusal) -> JSONProgram.Node {
    guard open.insert(record.fullName).inserted else {
      throw .task(.objectFormat, "has a schema with a record that contains itself")
    }
    defer { open.remove(record.fullName) }
    var members: [(String, Int32)] = []
    for field in record.fields {
      members.append((field.name, try node(field.schema, fieldDefault: field.defaultValue)))
    }
    return .init(kind: .record, first: add(members), count: Int32(members.count))
  }

  /// A union of several types is a struct with a field for each to Kafka Connect, of which one is not null.
  private mutating func union(_ branches: [Schema]) throws(RecordRefusal) -> JSONProgram.Node {
    var members: [(String, Int32)] = []
    for branch in branches {
      let name = branch.fullName?.split(separator: ".").last.map(String.init) ?? Self.typeName(branch)
      members.append((name, try node(branch)))
    }
    return .init(kind: .union, first: add(members), count: Int32(members.count))
  }

  private mutating func symbolNode(_ symbols: EnumSchema) -> JSONProgram.Node {
    let first = Int32(fields.count)
    for symbol in symbols.symbols {
      var text: [UInt8] = []
      JSONText.appendQuoted(symbol, to: &text)
      fields.append(.init(node: 0, text: add(text)))
    }
    return .init(kind: .symbol, first: first, count: Int32(symbols.symbols.count))
  }

  private mutating func add(_ members: [(String, Int32)]) -> Int32 {
    let first = Int32(fields.count)
    for (index, (name, node)) in members.enumerated() {
      var text: [UInt8] = [UInt8(ascii: index == 0 ? "{" : ",")]
      JSONText.appendQuoted(name, to: &text)
      text.append(UInt8(ascii: ":"))
      fields.append(.init(node: node, text: add(text)))
    }
    return first
  }

  private mutating func add(_ node: JSONProgram.Node) -> Int32 {
    nodes.append(node)
    return Int32(nodes.count - 1)
  }

  private mutating func add(_ text: [UInt8]) -> ByteRange {
    texts += text
    return ByteRange(offset: texts.count - text.count, count: text.count)
  }

  private mutating func text(of value: JSONValue, _ schema: Schema, _ node: JSONProgram.Node) -> ByteRange {
    switch (node.kind, value) {
    case (.bytes, .string(let text)), (.fixed, .string(let text)):
      let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
      return add(Array("\"\(bytes.withUnsafeBytes { Avro.Base64.encode($0) })\"".utf8))
    case (.decimal, .string(let text)):
      let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
      return add(Array(JSONNumbers.decimal(bytes, scale: Int(node.count)).utf8))
    case (.float, .number(let text)): return add(JSONNumbers.bytes(Float(text) ?? 0))
    case (.double, .number(let text)): return add(JSONNumbers.bytes(Double(text) ?? 0))
    default: return add(value.utf8)
    }
  }

  private static func typeName(_ schema: Schema) -> String {
    switch schema.kind {
    case .boolean: "boolean"
    case .int: "int"
    case .long: "long"
    case .float: "float"
    case .double: "double"
    case .bytes: "bytes"
    case .string: "string"
    case .array: "array"
    case .map: "map"
    default: "null"
    }
  }
}
