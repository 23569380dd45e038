internal import Avro
internal import ColumnCodecs

/// A Debezium envelope's schema, compiled: it passes over what nobody asks for and tells where the rows lie.
final class EnvelopeLayout: @unchecked Sendable {
  // Immutable after its init.

  /// What an envelope told.
  struct Finding {
    /// The letter of `op`.
    var operation: UInt8 = 0
    /// Whether there is a row in `after`; its fields are located then.
    var hasAfter = false
    /// Whether there is a row in `before`; its fields are located then, if asked for and no `after` was.
    var hasBefore = false
    /// Whether a located field is unavailable.
    var hasUnavailable = false
    /// Where the change stands in the source's log: `source.lsn`, or `source.pos` and `row`.
    var position: UInt64 = 0
    /// `source.schema` (or `db`) and `source.table`, in the buffer.
    var schema = FieldSlot.null
    var table = FieldSlot.null
  }

  private enum Part: UInt8 { case before, after, source, operation, other }
  private enum Capture: UInt8 { case none, lsn, position, row, database, schema, table }
  private struct Step {
    var part: Part
    var nullBranch: Int8
    var node: Int
  }
  private struct SourceStep {
    var capture: Capture
    var nullBranch: Int8
    var shape: AvroShape
    var node: Int
  }

  /// The row's layout, of `before` and `after` alike.
  let row: RowLayout
  private let steps: ContiguousArray<Step>
  private let sourceSteps: ContiguousArray<SourceStep>
  private let program: SkipProgram

  /// Nil: the schema is no envelope.
  init?(_ schema: Schema, _ reading: SchemaReading) {
    guard let record = schema.record, let after = record.fields.first(where: { $0.name == "after" }),
      let operation = record.fields.first(where: { $0.name == "op" }), operation.schema.kind == .string,
      record.fields.contains(where: { $0.name == "source" }),
      let (_, rowSchema) = reading.optional(after.schema), let rowRecord = rowSchema.record
    else { return nil }
    row = RowLayout(
      name: rowRecord.fullName, fields: rowRecord.fields.map { ($0.name, $0.schema) }, reading)
    var program = SkipProgram(reading)
    var steps: ContiguousArray<Step> = []
    var sourceSteps: ContiguousArray<SourceStep> = []
    for field in record.fields {
      let optional = reading.optional(field.schema)
      var step = Step(part: .other, nullBranch: optional?.nullBranch ?? -1, node: program.compile(field.schema))
      switch field.name {
      case "before", "after":
        guard optional?.schema.record?.fullName == rowRecord.fullName else { return nil }
        step.part = field.name == "after" ? .after : .before
        step.node = program.compile(rowSchema)
      case "op": step.part = .operation
      case "source":
        if optional?.nullBranch == -1, let source = optional?.schema.record {
          step.part = .source
          for inner in source.fields { sourceSteps.append(Self.sourceStep(inner, reading, &program)) }
        }
      default: break
      }
      steps.append(step)
    }
    self.steps = steps
    self.sourceSteps = sourceSteps
    self.program = program
  }

  private static func sourceStep(
    _ field: Field, _ reading: SchemaReading, _ program: inout SkipProgram
  ) -> SourceStep {
    let inner = reading.optional(field.schema)
    let shape: AvroShape =
      switch inner?.schema.kind {
      case .int, .long: .number
      case .string, .bytes: .counted
      default: .nested
      }
    let capture: Capture =
      switch (field.name, shape) {
      case ("lsn", .number): .lsn
      case ("pos", .number): .position
      case ("row", .number): .row
      case ("db", .counted): .database
      case ("schema", .counted): .schema
      case ("table", .counted): .table
      default: .none
      }
    return SourceStep(
      capture: capture, nullBranch: shape == .nested ? -1 : inner?.nullBranch ?? -1, shape: shape,
      node: program.compile(field.schema))
  }

  /// Reads one envelope. `wantsBefore`: locate `before` where there is no `after`.
  func read(
    _ cursor: inout AvroCursor, base: UnsafePointer<UInt8>, wantsBefore: Bool,
    slots: UnsafeMutablePointer<FieldSlot>
  ) -> Finding {
    var finding = Finding()
    var beforeCursor: AvroCursor?
    for index in steps.indices {
      let step = steps[index]
      switch step.part {
      case .before, .after:
        if step.nullBranch >= 0 {
          let branch = cursor.long()
          if branch == Int64(step.nullBranch) { continue }
          if branch != Int64(1 - step.nullBranch) { cursor.fail() }
        }
        if step.part == .after {
          finding.hasAfter = true
          finding.hasUnavailable = row.locate(&cursor, base: base, into: slots)
        } else {
          finding.hasBefore = true
          if wantsBefore { beforeCursor = cursor }
          program.skip(step.node, &cursor)
        }
      case .operation:
        let count = cursor.count()
        if count == 1 { finding.operation = cursor.at.pointee }
        cursor.skip(count)
      case .source: readSource(&cursor, base: base, &finding)
      case .other: program.skip(step.node, &cursor)
      }
    }
    if var again = beforeCursor, !finding.hasAfter, !cursor.hasFailed {
      finding.hasUnavailable = row.locate(&again, base: base, into: slots)
    }
    return finding
  }

  private func readSource(_ cursor: inout AvroCursor, base: UnsafePointer<UInt8>, _ finding: inout Finding) {
    for index in sourceSteps.indices {
      let step = sourceSteps[index]
      guard step.shape != .nested else {
        program.skip(step.node, &cursor)
        continue
      }
      if step.nullBranch >= 0, cursor.long() == Int64(step.nullBranch) { continue }
      if step.shape == .number {
        let value = cursor.long()
        switch step.capture {
        case .lsn: finding.position = UInt64(bitPattern: value)
        case .position: finding.position = finding.position ^ UInt64(bitPattern: value) << 20
        case .row: finding.position = finding.position ^ UInt64(bitPattern: value)
        default: break
        }
        continue
      }
      let count = cursor.count()
      let slot = FieldSlot(
        offset: UInt32(truncatingIfNeeded: cursor.at - base), count: UInt32(truncatingIfNeeded: count))
      cursor.skip(count)
      switch step.capture {
      case .schema: finding.schema = slot
      case .database: if finding.schema.isNull { finding.schema = slot }
      case .table: finding.table = slot
      default: break
      }
    }
  }
}
