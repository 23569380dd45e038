internal import ChangeModel
internal import JSON

extension PostgresOffset {
  /// Reads a stored offset, ours or Debezium's. Throws `offsetUnreadable`.
  init(reading text: String) throws(CDCError) {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: text) } catch {
      throw CDCError(.offsetUnreadable, "The stored offset is not JSON", cause: error.description)
    }
    guard let object = value.object else {
      throw CDCError(.offsetUnreadable, "The stored offset is not a JSON object")
    }
    self.init()
    let reader = OffsetReader(object: object)
    guard let lsn = try reader.position("lsn") else {
      throw CDCError(.offsetUnreadable, "The stored offset has no member lsn")
    }
    self.lsn = lsn
    processedLSN = try reader.position("lsn_proc")
    commitLSN = try reader.position("lsn_commit")
    transactionID = try reader.position("txId")
    microseconds = Int64(bitPattern: try reader.position("ts_usec") ?? 0)
    messageType = object["messageType"]?.string
    metadata = try reader.metadata()
    snapshot = Self.snapshot(object)
    resume = try Self.resume(reader, self)
    isOwn = object["cdc_lsn"] != nil
  }

  /// Debezium leaves `snapshot` in the offset until the first streamed change; an incremental snapshot is none of ours.
  private static func snapshot(_ object: JSONObject) -> SnapshotState {
    switch object["snapshot"] {
    case .string(let kind) where kind == "INCREMENTAL": .none
    case nil, .null, .bool(false): .none
    default: object["snapshot_completed"]?.bool == true ? .completed : .running
    }
  }

  private static func resume(_ reader: OffsetReader, _ offset: PostgresOffset) throws(CDCError) -> ResumePoint {
    if let own = try reader.position("cdc_lsn") {
      var point = ResumePoint(deliveredThrough: own)
      if let commit = try reader.position("cdc_transaction_lsn") {
        let changes = try reader.position("cdc_transaction_changes") ?? 0
        point.partial = .counted(commitLSN: commit, changes: Int64(clamping: changes))
      }
      return point
    }
    if offset.snapshot != .none { return ResumePoint(deliveredThrough: offset.lsn) }
    var point = ResumePoint(deliveredThrough: offset.commitLSN ?? 0)
    // A BEGIN stands before all changes, a COMMIT behind all, a message without a transaction between two.
    if let id = offset.transactionID, offset.messageType != "COMMIT", offset.messageType != "BEGIN" {
      let events = try reader.position("lsn_events_processed") ?? 0
      point.partial = .before(
        xid: UInt32(truncatingIfNeeded: id), lsn: offset.lsn, eventsAtLSN: Int64(clamping: events))
    }
    return point
  }
}

/// Reads the members of an offset.
private struct OffsetReader {
  let object: JSONObject

  /// A number that is not negative; nil: not there, or null.
  func position(_ name: String) throws(CDCError) -> UInt64? {
    switch object[name] {
    case nil, .null: return nil
    case .number(let text):
      if let value = UInt64(text) { return value }
      fallthrough
    default: throw CDCError(.offsetUnreadable, "The stored offset's member \(name) is not a whole number")
    }
  }

  func metadata() throws(CDCError) -> PostgresOffset.TransactionMetadata? {
    guard let id = object["transaction_id"]?.string else { return nil }
    let prefix = "transaction_data_collection_order_"
    var orders: [PostgresOffset.TransactionMetadata.Order] = []
    for member in object.members where member.name.hasPrefix(prefix) {
      let count = try position(member.name) ?? 0
      orders.append(.init(table: String(member.name.dropFirst(prefix.count)), count: Int64(clamping: count)))
    }
    return PostgresOffset.TransactionMetadata(id: id, orders: orders)
  }
}
