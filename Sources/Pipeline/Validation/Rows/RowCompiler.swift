internal import Avro
internal import JSON

/// Compiles an Avro schema, seen through a JSON Schema, to a `RowProgram`.
struct RowCompiler {
  private let root: Schema
  private(set) var steps: [RowStep] = []
  private(set) var fields: [RowField] = []
  private(set) var branches: [Int32] = []
  private(set) var symbols: [(offset: Int, count: Int)] = []
  private(set) var texts: [UInt8] = []
  /// Records that are being compiled, so that one may hold itself.
  private var open: [String: Int32] = [:]

  private init(_ root: Schema) { self.root = root }

  /// Compiles the part `schema` of `root`. Throws where it uses a name that `root` does not define.
  static func compile(_ schema: Schema, in root: Schema, _ view: SchemaView) throws(AvroError) -> RowProgram {
    var compiler = RowCompiler(root)
    let step = try compiler.step(schema, view)
    return RowProgram(compiler, root: step)
  }

  private mutating func add(_ step: RowStep) -> Int32 {
    steps.append(step)
    return Int32(steps.count - 1)
  }

  private mutating func step(_ schema: Schema, _ view: SchemaView?) throws(AvroError) -> Int32 {
    let schema = try schema.resolved(in: root)
    let name = schema.attributes["connect.name"]?.string
    switch schema.kind {
    case .null: return add(RowStep(operation: .null))
    case .boolean: return add(RowStep(operation: .boolean))
    case .int, .long:
      return add(view?.namesFormat == true ? temporal(name, schema.logicalType) : RowStep(operation: .number))
    case .float: return add(RowStep(operation: .float))
    case .double: return add(RowStep(operation: .double))
    case .string: return add(RowStep(operation: name == "io.debezium.data.Json" ? .json : .text))
    case .bytes: return add(bytes(schema, name, -1))
    case .fixed(let fixed): return add(bytes(schema, name, Int32(clamping: fixed.size)))
    case .enumeration(let enumeration):
      let first = Int32(symbols.count)
      for symbol in enumeration.symbols {
        symbols.append((texts.count, symbol.utf8.count))
        texts += Array(symbol.utf8)
      }
      return add(RowStep(operation: .enumeration, a: first, b: Int32(enumeration.symbols.count)))
    case .array(let items): return add(RowStep(operation: .array, a: try step(items, view?.element)))
    // Any member may have any name: all of them are filled in.
    case .map(let values): return add(RowStep(operation: .map, a: try step(values, nil)))
    case .union(let list):
      var compiled: [Int32] = []
      for branch in list { compiled.append(try step(branch, view)) }
      branches += compiled
      return add(RowStep(operation: .union, a: Int32(branches.count - compiled.count), b: Int32(compiled.count)))
    case .record(let record): return try self.record(record, name, view)
    case .reference(let name): throw AvroError("the type \"\(name)\" is not defined")
    }
  }

  private mutating func record(
    _ record: RecordSchema, _ name: String?, _ view: SchemaView?
  ) throws(AvroError) -> Int32 {
    if name == "io.debezium.data.VariableScaleDecimal" { return add(RowStep(operation: .variableDecimal)) }
    if let open = open[record.fullName] { return open }
    let number = add(RowStep(operation: .record))
    open[record.fullName] = number
    let isCompared = view?.isCompared ?? true
    var list: [RowField] = []
    for field in record.fields {
      let inner = isCompared ? nil : view?.member(field.name)
      let bytes = Array(field.name.utf8)
      list.append(
        RowField(
          step: try step(field.schema, inner), name: Int32(texts.count), nameCount: Int32(bytes.count),
          hash: bytes.withUnsafeBytes { InstanceItem.hash($0) }, isUnseen: inner?.isUnseen ?? false))
      texts += bytes
    }
    open[record.fullName] = nil
    steps[Int(number)].a = Int32(fields.count)
    steps[Int(number)].b = Int32(list.count)
    fields += list
    return number
  }

  private func bytes(_ schema: Schema, _ name: String?, _ size: Int32) -> RowStep {
    guard name == "org.apache.kafka.connect.data.Decimal" || schema.logicalType == "decimal" else {
      return RowStep(operation: .bytes, a: size)
    }
    let parameter = schema.attributes["connect.parameters"]?["scale"]?.string.flatMap { Int32($0) }
    let scale = parameter ?? Int32(clamping: schema.attributes["scale"]?.int ?? 0)
    return RowStep(operation: .decimal, a: scale, b: size)
  }

  private func temporal(_ name: String?, _ logicalType: String?) -> RowStep {
    switch name ?? logicalType {
    case "io.debezium.time.Date", "org.apache.kafka.connect.data.Date", "date": RowStep(operation: .date)
    case "io.debezium.time.Time", "org.apache.kafka.connect.data.Time", "time-millis":
      RowStep(operation: .time, a: 1_000)
    case "io.debezium.time.MicroTime", "time-micros": RowStep(operation: .time, a: 1_000_000)
    case "io.debezium.time.NanoTime": RowStep(operation: .time, a: 1_000_000_000)
    case "io.debezium.time.Timestamp", "org.apache.kafka.connect.data.Timestamp", "timestamp-millis":
      RowStep(operation: .timestamp, a: 1_000)
    case "io.debezium.time.MicroTimestamp", "timestamp-micros": RowStep(operation: .timestamp, a: 1_000_000)
    case "io.debezium.time.NanoTimestamp": RowStep(operation: .timestamp, a: 1_000_000_000)
    default: RowStep(operation: .number)
    }
  }
}
