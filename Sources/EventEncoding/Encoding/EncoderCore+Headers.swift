internal import ChangeModel
internal import ColumnCodecs
internal import JSON

extension EncoderCore {
  /// Appends a record's own headers: the other key of a changed one, and the columns that are not known.
  mutating func appendHeaders(
    _ change: Change, _ plan: RowPlan.Body, _ out: inout ByteBuffer, _ scratch: inout ByteBuffer
  ) throws(CDCError) -> ByteRange {
    let rowPlan = batchPlans[Int(change.schema)]
    // Rewriting the key below forgets what was noted about the value.
    let absent = rows.absent.map { rowPlan.events.valueFields[$0].name }
    let start = out.count
    if change.keyChange != .none, let key = rowPlan.key {
      let isOldHalf = change.keyChange == .oldHalf
      scratch.removeAll()
      let isOtherBefore = !isOldHalf
      if (isOtherBefore ? change.before : change.after).isPresent {
        let row = isOtherBefore ? before.columns : after.columns
        let other = !isOtherBefore && change.before.isPresent ? UnsafePointer(before.columns) : nil
        rows.write(plan.keySteps, plan.constants, row, other: other, to: &scratch)
        rows.reset()
        let text = try HeaderText.bytes(of: scratch.bytes, key.schema, options.headerConverter)
        text.withUnsafeBytes {
          HeaderList.append(name: isOldHalf ? "__debezium.newkey" : "__debezium.oldkey", value: $0, to: &out)
        }
      }
    }
    if !absent.isEmpty {
      let names = JSONValue.array(absent.map(JSONValue.string)).utf8
      names.withUnsafeBytes {
        HeaderList.append(
          name: change.operation == .delete ? "cdc.absent.before" : "cdc.absent.after", value: $0, to: &out)
      }
    }
    guard out.count > start else { return .none }
    return ByteRange(offset: start, count: out.count - start)
  }
}
