/// Finds the fields of a record in its bytes without decoding them: one pass, no allocation.
public struct FieldLocator: Sendable {
  /// Where a field's value is.
  public struct Location: Sendable, BitwiseCopyable {
    /// The first byte of the value; of a union, behind the branch number.
    public var start: Int32
    /// Bytes of the value.
    public var length: Int32
    /// The branch that a union holds; -1 where the field is no union.
    public var branch: Int32

    /// A location.
    public init(start: Int32 = 0, length: Int32 = 0, branch: Int32 = -1) {
      self.start = start
      self.length = length
      self.branch = branch
    }
  }

  private struct FieldPlan: Sendable, BitwiseCopyable {
    /// The block of the value, or where a union's branches begin.
    var operand: Int32
    /// Branches of a union; -1: no union.
    var branchCount: Int32
  }

  /// The record, its fields in order.
  public let record: RecordSchema
  private let plan: SkipPlan
  private let fields: [FieldPlan]

  /// Compiles a record (or the reference to one) that stands in `root`. Throws where it is no record, or uses a name
  /// that `root` does not define.
  public init(_ schema: Schema, in root: Schema) throws(AvroError) {
    let names = NamedTypes(root)
    guard let record = try names.resolve(schema).record else { throw AvroError("the schema is not a record") }
    var compiler = SkipCompiler(root)
    var fields: [FieldPlan] = []
    for field in record.fields {
      if let branches = field.schema.branches {
        let start = try compiler.branchBlocks(branches)
        fields.append(FieldPlan(operand: start, branchCount: Int32(branches.count)))
      } else {
        fields.append(FieldPlan(operand: Int32(try compiler.block(field.schema)), branchCount: -1))
      }
    }
    self.record = record
    self.fields = fields
    plan = compiler.plan
  }

  /// Compiles a record schema.
  public init(_ schema: Schema) throws(AvroError) { try self.init(schema, in: schema) }

  /// Fields of the record: the locations that `locate` writes.
  public var count: Int { fields.count }

  /// Writes the location of every field to `out`, which has room for `count`, and moves the reader behind the record.
  /// Locations count from the first byte of the reader's bytes.
  public func locate(
    _ reader: inout AvroReader, into out: UnsafeMutablePointer<Location>
  ) throws(AvroError) {
    try locate(&reader, from: 0, to: fields.count, into: out)
  }

  /// The same of the fields `first ..< end` only; the reader stands at the first of them and ends behind the last.
  public func locate(
    _ reader: inout AvroReader, from first: Int, to end: Int, into out: UnsafeMutablePointer<Location>
  ) throws(AvroError) {
    guard reader.bytes.count <= Int(Int32.max) else { throw AvroError("the bytes are more than 2 GiB") }
    try plan.withProgram { program throws(AvroError) in
      try fields.withUnsafeBufferPointer { fields throws(AvroError) in
        var at = first
        while at < end {
          let field = fields[at]
          var block = Int(field.operand)
          var branch = -1
          if field.branchCount >= 0 {
            branch = try reader.readBranch(of: Int(field.branchCount))
            block = Int(program.branches[block + branch])
          }
          let start = reader.position
          try program.run(block: block, &reader, depth: 0)
          out[at] = Location(
            start: Int32(truncatingIfNeeded: start), length: Int32(truncatingIfNeeded: reader.position - start),
            branch: Int32(truncatingIfNeeded: branch))
          at += 1
        }
      }
    }
  }
}
