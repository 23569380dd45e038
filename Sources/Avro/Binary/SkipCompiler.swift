/// Compiles schemas into the flat program of a `SkipPlan`.
struct SkipCompiler {
  private let names: NamedTypes
  private var steps: [SkipPlan.Step] = []
  private var blocks: [SkipPlan.Block] = []
  private var branches: [Int32] = []
  private var blockOfName: [String: Int] = [:]
  private var unfinished: Set<Int> = []

  init(_ root: Schema) { names = NamedTypes(root) }

  /// The finished plan. Its block 0 is the first that was asked for.
  var plan: SkipPlan { SkipPlan(steps: steps, blocks: blocks, branches: branches) }

  /// The number of the block that skips a value of this schema.
  mutating func block(_ schema: Schema) throws(AvroError) -> Int {
    let number = reserve()
    try fill(number, schema)
    return number
  }

  /// Where the numbers of the blocks of a union's branches begin in `branches`.
  mutating func branchBlocks(_ schemas: [Schema]) throws(AvroError) -> Int32 {
    var numbers: [Int32] = []
    for schema in schemas { numbers.append(Int32(try block(schema))) }
    let start = Int32(branches.count)
    branches += numbers
    return start
  }

  private mutating func reserve() -> Int {
    blocks.append(.init(start: 0, count: 0))
    return blocks.count - 1
  }

  private mutating func fill(_ number: Int, _ schema: Schema) throws(AvroError) {
    var body: [SkipPlan.Step] = []
    try emit(schema, into: &body)
    blocks[number] = .init(start: Int32(steps.count), count: Int32(body.count))
    steps += body
  }

  private mutating func emit(_ schema: Schema, into body: inout [SkipPlan.Step]) throws(AvroError) {
    switch schema.kind {
    case .null: break
    case .boolean: emitFixed(1, into: &body)
    case .int, .long, .enumeration: body.append(.init(operation: .varint, operand: 0))
    case .float: emitFixed(4, into: &body)
    case .double: emitFixed(8, into: &body)
    case .bytes, .string: body.append(.init(operation: .bytes, operand: 0))
    case .fixed(let fixed): emitFixed(fixed.size, into: &body)
    case .array(let items): body.append(.init(operation: .array, operand: Int32(try block(items))))
    case .map(let values): body.append(.init(operation: .map, operand: Int32(try block(values))))
    case .union(let schemas):
      body.append(.init(operation: .union, operand: try branchBlocks(schemas), extent: Int32(schemas.count)))
    case .record(let record):
      try emit(record, into: &body)
    case .reference:
      let definition = try names.resolve(schema)
      if case .record(let record) = definition.kind {
        try emit(record, into: &body)
      } else {
        try emit(definition, into: &body)
      }
    }
  }

  private mutating func emit(_ record: RecordSchema, into body: inout [SkipPlan.Step]) throws(AvroError) {
    let number = try recordBlock(record)
    // A record without any bytes needs no step, so that an array of it is known to have none either.
    guard unfinished.contains(number) || blocks[number].count > 0 else { return }
    body.append(.init(operation: .call, operand: Int32(number)))
  }

  private mutating func recordBlock(_ record: RecordSchema) throws(AvroError) -> Int {
    if let number = blockOfName[record.fullName] { return number }
    let number = reserve()
    blockOfName[record.fullName] = number
    unfinished.insert(number)
    defer { unfinished.remove(number) }
    var body: [SkipPlan.Step] = []
    for field in record.fields {
      do throws(AvroError) {
        try emit(field.schema, into: &body)
      } catch {
        throw error.inside(field.name)
      }
    }
    blocks[number] = .init(start: Int32(steps.count), count: Int32(body.count))
    steps += body
    return number
  }

  /// Neighbouring fixed sizes become one step.
  private func emitFixed(_ size: Int, into body: inout [SkipPlan.Step]) {
    guard size > 0 else { return }
    if let last = body.last, last.operation == .fixed, Int(last.operand) + size <= Int(Int32.max) {
      body[body.count - 1].operand += Int32(size)
    } else {
      body.append(.init(operation: .fixed, operand: Int32(clamping: size)))
    }
  }
}
