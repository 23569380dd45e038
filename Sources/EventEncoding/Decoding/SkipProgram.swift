internal import Avro
internal import ColumnCodecs

/// Passes over Avro values of any schema: a schema compiled into a table of plain nodes.
struct SkipProgram {
  /// A node: what lies there, and where its parts' nodes are.
  private struct Node {
    enum Kind: UInt8 { case leaf, fixed, array, map, record, union, unknown }
    var kind: Kind
    var shape: AvroShape = .nothing
    /// Of fixed: its size. Of records and unions: the first place in `children`.
    var first = 0
    var count = 0
  }

  private var nodes: ContiguousArray<Node> = []
  private var children: ContiguousArray<Int> = []
  private var records: [String: Int] = [:]
  private let reading: SchemaReading

  init(_ reading: SchemaReading) { self.reading = reading }

  /// Compiles a schema; the number is for `skip`.
  mutating func compile(_ schema: Schema) -> Int {
    guard let schema = reading.resolved(schema) else { return add(Node(kind: .unknown)) }
    switch schema.kind {
    case .null: return add(Node(kind: .leaf, shape: .nothing))
    case .boolean: return add(Node(kind: .leaf, shape: .byte))
    case .int, .long, .enumeration: return add(Node(kind: .leaf, shape: .number))
    case .float: return add(Node(kind: .leaf, shape: .four))
    case .double: return add(Node(kind: .leaf, shape: .eight))
    case .bytes, .string: return add(Node(kind: .leaf, shape: .counted))
    case .fixed(let fixed): return add(Node(kind: .fixed, first: fixed.size))
    case .array(let items):
      let item = compile(items)
      return add(Node(kind: .array, first: item))
    case .map(let values):
      let value = compile(values)
      return add(Node(kind: .map, first: value))
    case .union(let branches): return parts(.union, branches, name: nil)
    case .record(let record): return parts(.record, record.fields.map(\.schema), name: record.fullName)
    case .reference: return add(Node(kind: .unknown))
    }
  }

  /// Moves the cursor behind a value of the schema with this number.
  func skip(_ number: Int, _ cursor: inout AvroCursor, depth: Int = 0) {
    guard depth < 64 else { return cursor.fail() }
    let node = nodes[number]
    switch node.kind {
    case .leaf: cursor.skip(node.shape)
    case .fixed: cursor.skip(node.first)
    case .record:
      for place in node.first..<(node.first + node.count) { skip(children[place], &cursor, depth: depth + 1) }
    case .union:
      let branch = cursor.long()
      guard branch >= 0, branch < Int64(node.count) else { return cursor.fail() }
      skip(children[node.first + Int(branch)], &cursor, depth: depth + 1)
    case .array, .map: blocks(node, &cursor, depth: depth)
    case .unknown: cursor.fail()
    }
  }

  private func blocks(_ node: Node, _ cursor: inout AvroCursor, depth: Int) {
    while true {
      var block = cursor.long()
      if block == 0 || cursor.hasFailed { return }
      if block < 0 {
        // A negative count is followed by the block's size, so that it can be passed over at once.
        let size = cursor.count()
        cursor.skip(size)
        continue
      }
      // An item may take no bytes (null), but then a count beyond all bytes is nonsense.
      guard block <= 1 << 32 else { return cursor.fail() }
      while block > 0, !cursor.hasFailed {
        if node.kind == .map { cursor.skip(.counted) }
        skip(node.first, &cursor, depth: depth + 1)
        block -= 1
      }
    }
  }

  private mutating func add(_ node: Node) -> Int {
    nodes.append(node)
    return nodes.count - 1
  }

  private mutating func parts(_ kind: Node.Kind, _ schemas: [Schema], name: String?) -> Int {
    if let name, let known = records[name] { return known }
    let number = add(Node(kind: kind))
    if let name { records[name] = number }
    let compiled = schemas.map { compile($0) }
    nodes[number].first = children.count
    nodes[number].count = compiled.count
    children.append(contentsOf: compiled)
    return number
  }
}

extension AvroCursor {
  /// Passes over a value without parts.
  @inline(__always) mutating func skip(_ shape: AvroShape) {
    switch shape {
    case .nothing: break
    case .byte: skip(1)
    case .number: skipLong()
    case .four: skip(4)
    case .eight: skip(8)
    case .counted: skip(count())
    case .nested: fail()
    }
  }
}
