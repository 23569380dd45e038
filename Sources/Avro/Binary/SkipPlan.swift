/// A schema compiled for passing over values: a flat program of plain structs, so that skipping costs no allocation and
/// no reference counting.
public struct SkipPlan: Sendable {
  /// One step of a program.
  struct Step: Sendable, BitwiseCopyable {
    enum Operation: UInt8, Sendable, BitwiseCopyable {
      /// `operand` bytes.
      case fixed
      /// A long or an int.
      case varint
      /// Bytes behind their number.
      case bytes
      /// Blocks of the block `operand`.
      case array
      /// Blocks of a string and the block `operand`.
      case map
      /// One of the blocks `branches[operand ..< operand + extent]`.
      case union
      /// The block `operand`.
      case call
    }
    var operation: Operation
    var operand: Int32
    var extent: Int32 = 0
  }

  /// Steps that belong together: `steps[start ..< start + count]`.
  struct Block: Sendable, BitwiseCopyable {
    var start: Int32
    var count: Int32
  }

  var steps: [Step] = []
  var blocks: [Block] = []
  var branches: [Int32] = []

  /// Compiles a schema. Throws where it uses a name that it does not define.
  public init(_ schema: Schema) throws(AvroError) {
    var compiler = SkipCompiler(schema)
    _ = try compiler.block(schema)
    self = compiler.plan
  }

  init(steps: [Step], blocks: [Block], branches: [Int32]) {
    self.steps = steps
    self.blocks = blocks
    self.branches = branches
  }

  /// Moves the reader behind the value at its position.
  public func skip(_ reader: inout AvroReader) throws(AvroError) {
    try withProgram { program throws(AvroError) in try program.run(block: 0, &reader, depth: 0) }
  }

  /// Runs `body` with the program at stable addresses.
  func withProgram<Result>(_ body: (SkipProgram) throws(AvroError) -> Result) throws(AvroError) -> Result {
    try steps.withUnsafeBufferPointer { steps throws(AvroError) in
      try blocks.withUnsafeBufferPointer { blocks throws(AvroError) in
        try branches.withUnsafeBufferPointer { branches throws(AvroError) in
          try body(SkipProgram(steps: steps, blocks: blocks, branches: branches))
        }
      }
    }
  }
}

/// A skip plan at stable addresses.
struct SkipProgram {
  /// A record that holds itself must end somewhere: deeper data is refused before the stack ends.
  static let depthLimit = 200

  let steps: UnsafeBufferPointer<SkipPlan.Step>
  let blocks: UnsafeBufferPointer<SkipPlan.Block>
  let branches: UnsafeBufferPointer<Int32>

  func run(block: Int, _ reader: inout AvroReader, depth: Int) throws(AvroError) {
    let block = blocks[block]
    var at = Int(block.start)
    let end = at + Int(block.count)
    while at < end {
      try run(steps[at], &reader, depth)
      at += 1
    }
  }

  @inline(__always)
  private func run(_ step: SkipPlan.Step, _ reader: inout AvroReader, _ depth: Int) throws(AvroError) {
    switch step.operation {
    case .fixed:
      let count = Int(step.operand)
      guard count <= reader.remaining else { throw AvroReader.truncated() }
      reader.position += count
    case .varint: _ = try reader.readLong()
    case .bytes:
      let count = try reader.readLong()
      guard count >= 0 else { throw AvroReader.negativeLength() }
      guard count <= Int64(reader.remaining) else { throw AvroReader.truncated() }
      reader.position += Int(count)
    case .union:
      let branch = try reader.readBranch(of: Int(step.extent))
      try enter(Int(branches[Int(step.operand) + branch]), &reader, depth)
    case .call: try enter(Int(step.operand), &reader, depth)
    case .array: try skipBlocks(of: Int(step.operand), isMap: false, &reader, depth)
    case .map: try skipBlocks(of: Int(step.operand), isMap: true, &reader, depth)
    }
  }

  private func enter(_ block: Int, _ reader: inout AvroReader, _ depth: Int) throws(AvroError) {
    guard depth < Self.depthLimit else { throw AvroError("a value is nested deeper than \(Self.depthLimit) levels") }
    try run(block: block, &reader, depth: depth + 1)
  }

  private func skipBlocks(
    of block: Int, isMap: Bool, _ reader: inout AvroReader, _ depth: Int
  ) throws(AvroError) {
    let isEmpty = blocks[block].count == 0 && !isMap
    while true {
      let head = try reader.readBlock(smallestItem: isEmpty ? 0 : 1)
      if let size = head.size {
        reader.position += size
      } else if !isEmpty {
        for _ in 0..<head.count {
          if isMap { _ = try reader.readBytes() }
          try enter(block, &reader, depth)
        }
      }
      if head.count == 0 { return }
    }
  }
}
