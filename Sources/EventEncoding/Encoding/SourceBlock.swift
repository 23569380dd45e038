internal import ChangeModel
internal import ColumnCodecs

/// The `source` block: everything in it that does not change from row to row lies ready as bytes. It is made anew when
/// the table, the transaction or the snapshot marker changes.
struct SourceBlock: ~Copyable {
  private var table: Int32 = -2
  private var transaction: Int32 = -2
  private var marker = SnapshotMarker.none
  /// From `version` to `db`, and the branch of `sequence`.
  private var head = ByteBuffer(capacity: 128)
  /// `["<last commit>","`.
  private var sequenceHead = ByteBuffer(capacity: 32)
  /// From `ts_us` to `txId`.
  private var middle = ByteBuffer(capacity: 128)
  /// From `xmin` to `origin_lsn`.
  private var tail = ByteBuffer(capacity: 16)
  /// The transaction's id and a colon, as it begins the id in the `transaction` block; empty outside of transactions.
  private(set) var transactionHead = ByteBuffer(capacity: 32)

  /// Forgets the batch that numbers referred to.
  mutating func startBatch() {
    table = -2
    transaction = -2
  }

  /// Whether the bytes are those of this change.
  @inline(__always) func isReady(for change: Change) -> Bool {
    change.schema == table && change.transaction == transaction && change.snapshot == marker
  }

  /// Makes the bytes for changes of a table in a transaction.
  mutating func prepare(
    for change: Change, _ name: TableName, _ context: TransactionContext?, _ options: EncodingOptions
  ) {
    (table, transaction, marker) = (change.schema, change.transaction, change.snapshot)
    let microseconds = context?.commitMicroseconds ?? 0
    head.removeAll()
    head.appendString(options.version)
    head.appendString(options.connector)
    head.appendString(options.topicPrefix)
    head.appendLong(Self.milliseconds(microseconds))
    head.append(0)
    head.appendString(Self.text(of: marker))
    head.appendString(name.database)
    head.append(2)
    sequenceHead.removeAll()
    let previous = context?.previousCommit.map { "[\"\($0)\",\"" } ?? "[null,\""
    sequenceHead.append(text: previous)
    middle.removeAll()
    middle.append(2)
    middle.appendLong(microseconds)
    middle.append(2)
    middle.appendLong(microseconds &* 1000)
    middle.appendString(name.schema ?? "")
    middle.appendString(name.table)
    let xid = context?.xid ?? 0
    middle.append(xid == 0 ? 0 : 2)
    if xid != 0 { middle.appendLong(Int64(bitPattern: xid)) }
    tail.removeAll()
    tail.append(0)
    if let origin = context?.origin {
      tail.append(2)
      tail.appendString(origin)
    } else {
      tail.append(0)
    }
    if let position = context?.originPosition {
      tail.append(2)
      tail.appendLong(Int64(bitPattern: position))
    } else {
      tail.append(0)
    }
    transactionHead.removeAll()
    if let context, xid != 0 { transactionHead.append(text: context.id + ":") }
  }

  /// Appends the block of a change at a log position.
  func append(position: UInt64, to out: inout ByteBuffer) {
    out.append(head.bytes)
    let digits = ByteBuffer.digits(of: position)
    out.appendLong(Int64(sequenceHead.count + digits + 2))
    out.append(sequenceHead.bytes)
    out.appendDecimal(position, digits: digits)
    out.append("\"]")
    out.append(middle.bytes)
    out.append(2)
    out.appendLong(Int64(bitPattern: position))
    out.append(tail.bytes)
  }

  /// Appends the `transaction` block of a change, or null outside of transactions.
  func appendTransaction(_ change: Change, to out: inout ByteBuffer) {
    guard transactionHead.count > 0 else { return out.append(0) }
    out.append(2)
    appendTransactionID(position: change.position, to: &out)
    out.appendLong(change.totalOrder)
    out.appendLong(change.collectionOrder)
  }

  /// Appends the transaction's id as Debezium forms it: with the position of each record, so that it differs inside one
  /// transaction.
  func appendTransactionID(position: UInt64, to out: inout ByteBuffer) {
    let digits = ByteBuffer.digits(of: position)
    out.appendLong(Int64(transactionHead.count + digits))
    out.append(transactionHead.bytes)
    out.appendDecimal(position, digits: digits)
  }

  /// Whole milliseconds, downwards.
  static func milliseconds(_ microseconds: Int64) -> Int64 {
    (microseconds - (microseconds < 0 ? 999 : 0)) / 1000
  }

  private static func text(of marker: SnapshotMarker) -> String {
    switch marker {
    case .none: "false"
    case .first: "first"
    case .firstInDataCollection: "first_in_data_collection"
    case .some: "true"
    case .lastInDataCollection: "last_in_data_collection"
    case .last: "last"
    }
  }
}

extension ByteBuffer {
  /// Appends an Avro string. Off the hot path.
  mutating func appendString(_ text: String) {
    var text = text
    text.withUTF8 { appendSized(UnsafeRawBufferPointer($0)) }
  }

  /// The number of decimal digits of a number.
  @inline(__always) static func digits(of value: UInt64) -> Int {
    var count = 1
    var rest = value
    while rest >= 10 {
      rest /= 10
      count &+= 1
    }
    return count
  }

  /// Appends a number in decimal digits.
  @inline(__always) mutating func appendDecimal(_ value: UInt64, digits: Int) {
    let end = reserve(digits)
    var rest = value
    var at = digits &- 1
    while at >= 0 {
      let quotient = rest / 10
      end.storeBytes(of: UInt8(truncatingIfNeeded: rest &- quotient &* 10) &+ 48, toByteOffset: at, as: UInt8.self)
      rest = quotient
      at &-= 1
    }
    commit(digits)
  }
}
