internal import ChangeModel
internal import JSON

/// A stored offset: Debezium's members, so that one can move between both, and our own as `cdc_…`, by which we resume.
struct PostgresOffset: Sendable, Equatable {
  /// The last change's place (`lsn`).
  var lsn: UInt64 = 0
  /// The last place that was processed (`lsn_proc`).
  var processedLSN: UInt64?
  /// The place behind the last commit (`lsn_commit`).
  var commitLSN: UInt64?
  /// The last change's transaction (`txId`).
  var transactionID: UInt64?
  /// When it was committed, microseconds since 1970 (`ts_usec`).
  var microseconds: Int64 = 0
  /// What the last message was: `BEGIN`, `INSERT`, …, `COMMIT` (`messageType`).
  var messageType: String?
  /// Whether a snapshot runs or just ended (`snapshot`, `snapshot_completed`, `last_snapshot_record`).
  var snapshot: SnapshotState = .none
  /// With transaction metadata: the open transaction (`transaction_id`), and the number of changes so far of each table
  /// (`transaction_data_collection_order_<table>`).
  var metadata: TransactionMetadata?
  /// Where to go on (`cdc_lsn`, `cdc_transaction_lsn`, `cdc_transaction_changes`).
  var resume = ResumePoint(deliveredThrough: 0)

  /// Where a snapshot is.
  enum SnapshotState: Sendable, Equatable {
    case none, running, completed
  }

  /// Whether it was stored by us, and not by Debezium.
  var isOwn = true

  /// The place up to which the server may have been told to forget: Debezium confirms the place of its last change.
  var confirmable: UInt64 { isOwn ? resume.deliveredThrough : max(resume.deliveredThrough, lsn) }

  /// The open transaction's counters.
  struct TransactionMetadata: Sendable, Equatable {
    var id: String
    var orders: [Order]

    struct Order: Sendable, Equatable {
      var table: String
      var count: Int64
    }
  }

  /// The offset as JSON.
  var json: JSONObject {
    var object = JSONObject()
    func put(_ name: String, _ value: JSONValue) { object[name] = value }
    if let metadata {
      put("transaction_id", .string(metadata.id))
      for order in metadata.orders {
        put("transaction_data_collection_order_\(order.table)", .integer(order.count))
      }
    }
    if let processedLSN { put("lsn_proc", .integer(processedLSN)) }
    if let messageType { put("messageType", .string(messageType)) }
    if let commitLSN { put("lsn_commit", .integer(commitLSN)) }
    put("lsn", .integer(lsn))
    if let transactionID { put("txId", .integer(transactionID)) }
    put("ts_usec", .integer(microseconds))
    if snapshot != .none {
      put("snapshot", "INITIAL")
      put("snapshot_completed", .bool(snapshot == .completed))
      put("last_snapshot_record", .bool(snapshot == .completed))
    }
    put("cdc_lsn", .integer(resume.deliveredThrough))
    switch resume.partial {
    case .counted(let commitLSN, let changes):
      put("cdc_transaction_lsn", .integer(commitLSN))
      put("cdc_transaction_changes", .integer(changes))
    case .before, nil: break
    }
    return object
  }

  /// The offset to hand on, for the connector with this `topic.prefix`.
  func sourceOffset(server: String) -> SourceOffset {
    SourceOffset(
      partition: JSONValue.object(["server": .string(server)]).text, value: JSONValue.object(json).text,
      position: resume.deliveredThrough)
  }
}
