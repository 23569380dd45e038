internal import ChangeModel
internal import ColumnCodecs
internal import EventEncoding
internal import PostgresClient

/// Writes events as rows of a staging table in COPY's binary format.
final class RowWriter {
  private static let chunk = 256 << 10
  private var buffer = ByteBuffer(capacity: 64 << 10)
  private let connection: PostgresConnection

  /// What one row needs besides the plan.
  struct Row {
    var key: UnsafePointer<UInt8>
    var keySlots: UnsafePointer<FieldSlot>
    var row: UnsafePointer<UInt8>
    var rowSlots: UnsafePointer<FieldSlot>
    var group: Int16
    var isDeleted: Bool
  }

  init(_ connection: PostgresConnection) { self.connection = connection }

  /// Begins a COPY into the plan's staging table.
  func begin(_ plan: RowPlan) throws(CDCError) -> CopyWriter {
    let doing = "Staging rows of table \(plan.table)"
    buffer.removeAll(keepingAtMost: 1 << 20)
    buffer.append(PostgresBinary.header)
    do throws(CDCError) { return try connection.copyIn(plan.statements.copy) } catch {
      throw WarehouseErrors.wrapped(error, doing, connection)
    }
  }

  /// Appends a row; `columns` of the plan's steps are written, then the group. Returns the step whose value does not
  /// fit, or -1.
  func append(_ row: Row, _ plan: RowPlan) -> (step: Int, fault: CopyFault) {
    let start = buffer.count
    let fault = plan.steps.withUnsafeBufferPointer { Self.write(row, $0, plan, &buffer) }
    if fault.step >= 0 { buffer.truncate(to: start) }
    return fault
  }

  /// The buffer is handed in, since each access to a property of a class is checked at run time.
  private static func write(
    _ row: Row, _ steps: UnsafeBufferPointer<RowPlan.Step>, _ plan: RowPlan, _ buffer: inout ByteBuffer
  ) -> (step: Int, fault: CopyFault) {
    buffer.appendBigEndian(Int16(truncatingIfNeeded: steps.count + 1))
    for index in 0..<steps.count {
      let slot: FieldSlot
      let base: UnsafePointer<UInt8>
      switch steps[index].source {
      case .key: (slot, base) = (row.keySlots[Int(steps[index].slot)], row.key)
      case .row: (slot, base) = (row.rowSlots[Int(steps[index].slot)], row.row)
      case .deletedFlag:
        appendFlag(row.isDeleted, &buffer)
        continue
      }
      if slot.isNull || slot.isUnavailable {
        if slot.isNull, steps[index].defaultCount > 0 {
          let place = Int(steps[index].defaultOffset)
          plan.defaults.withUnsafeBytes {
            buffer.append(UnsafeRawBufferPointer(rebasing: $0[place..<(place + Int(steps[index].defaultCount))]))
          }
        } else {
          PostgresBinary.appendNull(to: &buffer)
        }
        continue
      }
      let fault = PostgresBinary.append(
        steps[index].field, base + Int(slot.offset), count: Int(slot.count), to: &buffer)
      if fault != .none { return (index, fault) }
    }
    buffer.appendBigEndian(Int32(2))
    buffer.appendBigEndian(row.group)
    return (-1, .none)
  }

  private static func appendFlag(_ isDeleted: Bool, _ buffer: inout ByteBuffer) {
    buffer.appendBigEndian(Int32(isDeleted ? 4 : 5))
    buffer.append(isDeleted ? "true" : "false")
  }

  /// Sends what has gathered, if it is enough.
  func flush(_ writer: CopyWriter, isLast: Bool = false) throws(CDCError) {
    if isLast { buffer.append(PostgresBinary.trailer) }
    guard isLast || buffer.count >= Self.chunk else { return }
    do throws(CDCError) { try writer.write(buffer.bytes) } catch {
      throw WarehouseErrors.wrapped(error, "Staging rows", connection)
    }
    buffer.removeAll()
  }
}
