internal import Avro

/// Fills an instance from the bytes of an Avro value, which must stay until the instance is reset.
struct RowReader {
  private let program: RowProgram
  private let out: Instance
  var reader: AvroReader

  init(_ program: RowProgram, _ reader: AvroReader, _ out: Instance) {
    self.program = program
    self.reader = reader
    self.out = out
  }

  /// Appends the value at the reader's position. Throws where the bytes are no value of the schema.
  mutating func read() throws(AvroError) { try read(program.root, 0) }

  private mutating func read(_ number: Int, _ depth: Int) throws(AvroError) {
    let step = program.steps[number]
    switch step.operation {
    case .null: out.null()
    case .boolean: out.boolean(try reader.readBoolean())
    case .number: out.integer(try reader.readLong())
    case .float: FloatText.append(Double(try reader.readFloat()), isSingle: true, to: out)
    case .double: FloatText.append(try reader.readDouble(), isSingle: false, to: out)
    case .text: text(try reader.readBytes())
    case .json: json(try reader.readBytes())
    case .bytes:
      let bytes = step.a < 0 ? try reader.readBytes() : try reader.readFixed(Int(step.a))
      if Unavailable.matches(bytes) { out.opaque() } else { BinaryText.append(bytes, to: out) }
    case .decimal:
      DecimalBytes.append(step.b < 0 ? try reader.readBytes() : try reader.readFixed(Int(step.b)), Int(step.a), to: out)
    case .variableDecimal:
      let scale = try reader.readInt()
      DecimalBytes.append(try reader.readBytes(), Int(scale), to: out)
    case .date: TemporalText.date(try reader.readLong(), to: out)
    case .time: TemporalText.time(try reader.readLong(), Int64(step.a), to: out)
    case .timestamp: TemporalText.timestamp(try reader.readLong(), Int64(step.a), to: out)
    case .enumeration:
      let symbol = program.symbols[Int(step.a) + (try reader.readBranch(of: Int(step.b)))]
      out.text(.string, program.text(symbol.offset, symbol.count))
    case .union:
      let branch = try reader.readBranch(of: Int(step.b))
      try read(Int(program.branches[Int(step.a) + branch]), depth)
    case .record: try record(step, try deeper(depth))
    case .array: try blocks(step, try deeper(depth), isMap: false)
    case .map: try blocks(step, try deeper(depth), isMap: true)
    }
  }

  private func deeper(_ depth: Int) throws(AvroError) -> Int {
    guard depth < Instance.depthLimit else {
      throw AvroError("a value is nested deeper than \(Instance.depthLimit) levels")
    }
    return depth + 1
  }

  private func text(_ bytes: UnsafeRawBufferPointer) {
    if Unavailable.matches(bytes) { out.opaque() } else { out.text(.string, bytes) }
  }

  /// What is no JSON stays a text.
  private func json(_ bytes: UnsafeRawBufferPointer) {
    guard !Unavailable.matches(bytes) else { return out.opaque() }
    let before = out.count
    if !JSONTextReader.read(bytes, into: out) {
      out.cut(to: before)
      out.text(.string, bytes)
    }
  }

  private mutating func record(_ step: RowStep, _ depth: Int) throws(AvroError) {
    let place = out.open(.object)
    for index in Int(step.a)..<Int(step.a &+ step.b) {
      let field = program.fields[index]
      out.append(
        InstanceItem(
          kind: .string, count: UInt32(field.nameCount), hash: field.hash,
          payload: Int(bitPattern: program.text(Int(field.name), Int(field.nameCount)).baseAddress)))
      if field.isUnseen {
        try skip(Int(field.step), depth)
        out.opaque()
      } else {
        try read(Int(field.step), depth)
      }
    }
    out.close(place, Int(step.b))
  }

  private mutating func blocks(_ step: RowStep, _ depth: Int, isMap: Bool) throws(AvroError) {
    let place = out.open(isMap ? .object : .array)
    var total = 0
    while true {
      var count = try reader.readLong()
      if count == 0 { break }
      if count < 0 {
        guard count != .min else { throw AvroError("a block's count is not possible") }
        count = -count
        _ = try reader.readLong()
      }
      // Items of no bytes at all (nulls) are as many as a text of nulls would be, at most.
      guard count <= Int64(reader.bytes.count) else { throw AvroError("a block has more items than bytes") }
      for _ in 0..<count {
        if isMap { out.name(try reader.readBytes()) }
        try read(Int(step.a), depth)
      }
      total += Int(count)
      guard total <= reader.bytes.count else { throw AvroError("a block has more items than bytes") }
    }
    out.close(place, total)
  }

  /// Passes over a value.
  mutating func skip(_ number: Int, _ depth: Int) throws(AvroError) {
    let step = program.steps[number]
    switch step.operation {
    case .null: break
    case .boolean: _ = try reader.readFixed(1)
    case .number, .date, .time, .timestamp, .enumeration: _ = try reader.readLong()
    case .float: _ = try reader.readFixed(4)
    case .double: _ = try reader.readFixed(8)
    case .text, .json: _ = try reader.readBytes()
    case .bytes: _ = step.a < 0 ? try reader.readBytes() : try reader.readFixed(Int(step.a))
    case .decimal: _ = step.b < 0 ? try reader.readBytes() : try reader.readFixed(Int(step.b))
    case .variableDecimal:
      _ = try reader.readLong()
      _ = try reader.readBytes()
    case .union:
      let branch = try reader.readBranch(of: Int(step.b))
      try skip(Int(program.branches[Int(step.a) + branch]), depth)
    case .record:
      let inner = try deeper(depth)
      for index in Int(step.a)..<Int(step.a &+ step.b) { try skip(Int(program.fields[index].step), inner) }
    case .array, .map:
      // Read and taken back: a block may tell its size, but need not.
      let before = out.count
      try blocks(step, try deeper(depth), isMap: step.operation == .map)
      out.cut(to: before)
    }
  }
}

/// What Debezium writes in the place of a large value that the database did not send.
enum Unavailable {
  private static let text: StaticString = "__debezium_unavailable_value"

  @inline(__always)
  static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count == text.utf8CodeUnitCount else { return false }
    for index in 0..<bytes.count where bytes[index] != text.utf8Start[index] { return false }
    return true
  }
}
