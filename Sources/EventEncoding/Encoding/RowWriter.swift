internal import ChangeModel
internal import ColumnCodecs

/// Runs a row through its steps.
struct RowWriter {
  /// Steps whose value had no place in its Avro type, in this row.
  private(set) var failures: [Int] = []
  /// Steps whose value was not sent and has no placeholder, in this row.
  private(set) var absent: [Int] = []

  /// Forgets what was noted about the last row.
  @inline(__always) mutating func reset() {
    if !failures.isEmpty { failures.removeAll(keepingCapacity: true) }
    if !absent.isEmpty { absent.removeAll(keepingCapacity: true) }
  }

  /// Appends the fields of `steps` from the columns of a row. Where a value was not sent because it did not change, the
  /// one of `other`, the row before the change, is taken if it is there.
  mutating func write(
    _ steps: UnsafeBufferPointer<ColumnStep>, _ constants: UnsafeRawPointer, _ row: UnsafePointer<WireColumn>,
    other: UnsafePointer<WireColumn>?, to out: inout ByteBuffer
  ) {
    for index in 0..<steps.count {
      let step = steps[index]
      var column = row[Int(step.column)]
      if column.kind == WireColumn.unchanged, let other { column = other[Int(step.column)] }
      if column.kind == WireColumn.text {
        if step.codec.isText {
          // The commonest case needs no call.
          if step.branch != ColumnStep.noBranch { out.append(step.branch) }
          out.appendSized(column.bytes)
          continue
        }
        let start = out.count
        if step.branch != ColumnStep.noBranch { out.append(step.branch) }
        if step.codec.append(column.bytes, to: &out) { continue }
        out.truncate(to: start)
        failures.append(index)
      } else if column.kind == WireColumn.unchanged {
        if step.placeholder.isPresent {
          Self.append(step.placeholder, constants, to: &out)
          continue
        }
        absent.append(index)
      }
      Self.append(step.null, constants, to: &out)
    }
  }

  @inline(__always)
  private static func append(_ range: ByteRange, _ constants: UnsafeRawPointer, to out: inout ByteBuffer) {
    out.append(UnsafeRawBufferPointer(start: constants + Int(range.offset), count: Int(range.count)))
  }
}
