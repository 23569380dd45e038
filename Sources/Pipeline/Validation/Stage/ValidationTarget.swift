internal import Avro

/// What of a record is validated: the key `target` of the stage.
public enum ValidationTarget: String, Sendable, CaseIterable {
  /// The flat row, or `after` of an envelope.
  case row
  /// The key.
  case key
  /// The whole value.
  case value
}

/// A record schema with what is validated of it, compiled.
final class ValidationPlan {
  let program: RowProgram
  /// Of an envelope: the steps of the fields before `after`; their values are passed over.
  let skipped: [Int]
  /// What the pointer of a violation begins with.
  let prefix: String
  /// Whether a null there is no row: a delete or a truncate.
  let nullBranch: Int
  let branchCount: Int
  /// The place of `__deleted` of a flat row, which marks rewritten deletes; -1: none.
  let deletedMember: Int
  /// Compiled to pass over the envelope's first fields.
  let passing: RowProgram?

  init(_ schema: Schema, _ target: ValidationTarget, _ view: SchemaView) throws(AvroError) {
    let record = try schema.resolved(in: schema).record
    var subject = schema
    var nullBranch = -1
    var branchCount = 0
    var before: [Field] = []
    var prefix = ""
    if target == .row, let record, record["op"] != nil, let place = record.index(of: "after") {
      subject = record.fields[place].schema
      before = Array(record.fields[..<place])
      prefix = "/after"
      if let branches = subject.branches, branches.count == 2,
        let null = branches.firstIndex(where: { $0.kind == .null })
      {
        nullBranch = null
        branchCount = branches.count
        subject = branches[1 - null]
      }
    }
    self.prefix = prefix
    self.nullBranch = nullBranch
    self.branchCount = branchCount
    deletedMember = target == .row && prefix.isEmpty ? record?.index(of: "__deleted") ?? -1 : -1
    program = try RowCompiler.compile(subject, in: schema, view)
    if before.isEmpty {
      passing = nil
      skipped = []
    } else {
      // All of them as one record, whose fields are passed over one by one.
      let head = Schema(.record(RecordSchema(fullName: "passed", fields: before)))
      passing = try RowCompiler.compile(try head.standalone(in: schema), in: schema, view)
      skipped = [passing?.root ?? 0]
    }
  }
}
