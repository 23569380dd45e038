internal import ChangeModel
internal import ColumnCodecs

extension EncoderCore {
  /// Appends a table event: its record, and the tombstone behind a delete.
  mutating func appendRow(
    _ change: Change, _ plan: RowPlan.Body, _ wire: UnsafeRawBufferPointer, _ out: inout ByteBuffer,
    _ records: inout ContiguousArray<Record>, _ scratch: inout ByteBuffer
  ) throws(CDCError) {
    try split(change, plan, wire)
    rows.reset()
    var record = Record(topic: plan.topic)
    record.headerSet = contextHeaderSet
    let isDelete = change.operation == .delete
    if plan.keySteps.count > 0, change.operation != .truncate {
      record.key = try appendKey(change, plan, ofRowBefore: isDelete, &out, &scratch)
    }
    record.value = try appendValue(change, plan, &out, &scratch)
    if change.keyChange != .none || !rows.absent.isEmpty {
      record.headers = try appendHeaders(change, plan, &out, &scratch)
    }
    records.append(record)
    if isDelete, options.writesTombstones {
      record.value = .none
      records.append(record)
    }
  }

  /// Finds the columns of the rows that a change carries.
  private mutating func split(
    _ change: Change, _ plan: RowPlan.Body, _ wire: UnsafeRawBufferPointer
  ) throws(CDCError) {
    guard
      Self.split(change.before, into: before, plan, wire), Self.split(change.after, into: after, plan, wire),
      change.operation == .truncate || (change.operation == .delete ? change.before : change.after).isPresent
    else {
      let table = batchPlans[Int(change.schema)].schema.name.qualified
      throw CDCError(
        .rowMalformed, "a row of \(table) at position \(change.position) is not one of its \(plan.columnCount) columns")
    }
  }

  @inline(__always)
  private static func split(
    _ range: ByteRange, into row: borrowing WireRow, _ plan: RowPlan.Body, _ wire: UnsafeRawBufferPointer
  ) -> Bool {
    guard range.isPresent else { return true }
    guard range.end <= wire.count else { return false }
    return row.split(
      UnsafeRawBufferPointer(rebasing: wire[Int(range.offset)..<range.end]), columnCount: plan.columnCount)
  }

  private mutating func appendKey(
    _ change: Change, _ plan: RowPlan.Body, ofRowBefore: Bool, _ out: inout ByteBuffer, _ scratch: inout ByteBuffer
  ) throws(CDCError) -> ByteRange {
    let start = out.count
    guard options.keyConverter.format == .avro else {
      scratch.removeAll()
      writeKey(change, plan, ofRowBefore: ofRowBefore, &scratch)
      if let key = batchPlans[Int(change.schema)].key {
        try PayloadText.append(scratch.bytes, key, options.keyConverter.format, to: &out)
      }
      return ByteRange(offset: start, count: out.count - start)
    }
    out.append(0)
    out.appendBigEndian(plan.keySchemaID)
    writeKey(change, plan, ofRowBefore: ofRowBefore, &out)
    return ByteRange(offset: start, count: out.count - start)
  }

  /// Appends a key's fields. A key column that did not change may be missing in the row after; the one before has it.
  private mutating func writeKey(
    _ change: Change, _ plan: RowPlan.Body, ofRowBefore: Bool, _ out: inout ByteBuffer
  ) {
    let failures = rows.failures.count
    if ofRowBefore {
      rows.write(plan.keySteps, plan.constants, before.columns, other: nil, to: &out)
    } else {
      let other = change.before.isPresent ? UnsafePointer(before.columns) : nil
      rows.write(plan.keySteps, plan.constants, after.columns, other: other, to: &out)
    }
    if rows.failures.count > failures { noteFailures(change, plan.keySteps) }
    rows.reset()
  }

  private mutating func appendValue(
    _ change: Change, _ plan: RowPlan.Body, _ out: inout ByteBuffer, _ scratch: inout ByteBuffer
  ) throws(CDCError) -> ByteRange {
    let start = out.count
    guard options.valueConverter.format == .avro else {
      scratch.removeAll()
      writeEnvelope(change, plan, &scratch)
      let value = batchPlans[Int(change.schema)].value
      try PayloadText.append(scratch.bytes, value, options.valueConverter.format, to: &out)
      return ByteRange(offset: start, count: out.count - start)
    }
    out.append(0)
    out.appendBigEndian(plan.valueSchemaID)
    writeEnvelope(change, plan, &out)
    return ByteRange(offset: start, count: out.count - start)
  }

  private mutating func writeEnvelope(_ change: Change, _ plan: RowPlan.Body, _ out: inout ByteBuffer) {
    let isDelete = change.operation == .delete
    if isDelete || change.operation == .update && change.before.isPresent && change.beforeImage != .none {
      out.append(2)
      rows.write(plan.valueSteps, plan.constants, before.columns, other: nil, to: &out)
    } else {
      out.append(0)
    }
    if isDelete || change.operation == .truncate {
      out.append(0)
    } else {
      out.append(2)
      let other = change.beforeImage == .full && change.before.isPresent ? UnsafePointer(before.columns) : nil
      rows.write(plan.valueSteps, plan.constants, after.columns, other: other, to: &out)
    }
    if !rows.failures.isEmpty { noteFailures(change, plan.valueSteps) }
    source.append(position: change.position, to: &out)
    if options.providesTransactionMetadata, change.operation != .read {
      source.appendTransaction(change, to: &out)
    } else {
      out.append(0)
    }
    out.append(2)
    out.append(Self.letter(of: change.operation))
    out.append(stamps.bytes)
  }

  @inline(__always) private static func letter(of operation: ChangeModel.Operation) -> UInt8 {
    switch operation {
    case .read: UInt8(ascii: "r")
    case .create: UInt8(ascii: "c")
    case .update: UInt8(ascii: "u")
    case .delete: UInt8(ascii: "d")
    case .truncate: UInt8(ascii: "t")
    case .message, .begin, .end: UInt8(ascii: "m")
    }
  }

  /// Counts values that became null, and tells each column once.
  private mutating func noteFailures(_ change: Change, _ steps: UnsafeBufferPointer<ColumnStep>) {
    let schema = batchPlans[Int(change.schema)].schema
    for index in rows.failures {
      failedConversions += 1
      let column = schema.columns[Int(steps[index].column)]
      let name = "\(schema.name.qualified).\(column.name)"
      guard warnedColumns.insert(name).inserted else { continue }
      notices.append(
        "column \(name) has a value that its type \(column.type.name) can't hold in an event "
          + "(NaN, or out of range): it is written as \(column.isOptional ? "null" : "the type's zero")")
    }
  }
}
