internal import ChangeModel
internal import ColumnCodecs

/// An encoder's state. One value that is changed in place, so that the hot path pays for no access checks per field.
struct EncoderCore: ~Copyable {
  let options: EncodingOptions
  let keyRegistrar: (any SchemaRegistrar)?
  let valueRegistrar: (any SchemaRegistrar)?
  let clock: @Sendable () -> Int64
  let headerSets: [[Header]]
  let contextHeaderSet: Int32

  var topics = TopicTable()
  var notices: [String] = []
  var failedConversions = 0
  var warnedColumns: Set<String> = []

  /// Plans by the table's serial.
  private var plans: [RowPlan?] = []
  /// The serial of each table's newest version: plans of older ones are given up.
  private var newestSerials: [TableName: Int] = [:]
  /// The plans of the batch's tables, by their number in the batch.
  private(set) var batchPlans: [RowPlan] = []
  private var bodies: [RowPlan.Body] = []

  var source = SourceBlock()
  var before = WireRow()
  var after = WireRow()
  var rows = RowWriter()
  /// `ts_ms`, `ts_us`, `ts_ns` of the batch, as they end an envelope.
  var stamps = ByteBuffer(capacity: 64)
  var nanoseconds: Int64 = 0

  var messageShape: RecordShape?
  var transactionShape: RecordShape?
  var heartbeatShape: RecordShape?

  init(
    _ options: EncodingOptions, keyRegistrar: (any SchemaRegistrar)?, valueRegistrar: (any SchemaRegistrar)?,
    clock: @escaping @Sendable () -> Int64
  ) {
    self.options = options
    self.keyRegistrar = keyRegistrar
    self.valueRegistrar = valueRegistrar
    self.clock = clock
    headerSets = options.writesContextHeaders ? [ContextHeaders.headers(of: options)] : []
    contextHeaderSet = options.writesContextHeaders ? 0 : -1
  }

  /// Compiles what the batch's tables need and reads the clock.
  mutating func prepare(_ batch: ChangeBatch) throws(CDCError) {
    batchPlans.removeAll(keepingCapacity: true)
    bodies.removeAll(keepingCapacity: true)
    for schema in batch.schemas {
      let plan = try plan(of: schema)
      batchPlans.append(plan)
      bodies.append(plan.body)
    }
    source.startBatch()
    readClock()
  }

  private mutating func plan(of schema: TableSchema) throws(CDCError) -> RowPlan {
    while plans.count <= schema.serial { plans.append(nil) }
    if let plan = plans[schema.serial], plan.schema === schema { return plan }
    let events = try TableEvents(of: schema, options)
    let topic = try topics.number(of: events.topic, owner: schema.name)
    let plan = try RowPlan(
      schema, events, topic: topic, options, keyRegistrar: keyRegistrar, valueRegistrar: valueRegistrar)
    plans[schema.serial] = plan
    if let older = newestSerials.updateValue(schema.serial, forKey: schema.name), older != schema.serial {
      plans[older] = nil
    }
    before.reserve(schema.columns.count)
    after.reserve(schema.columns.count)
    for notice in events.notices where !notices.contains(notice) { notices.append(notice) }
    return plan
  }

  private mutating func readClock() {
    nanoseconds = clock()
    stamps.removeAll()
    stamps.append(2)
    stamps.appendLong(nanoseconds / 1_000_000)
    stamps.append(2)
    stamps.appendLong(nanoseconds / 1000)
    stamps.append(2)
    stamps.appendLong(nanoseconds)
  }

  /// Appends the records of a prepared batch.
  mutating func encode(
    _ batch: ChangeBatch, _ out: inout ByteBuffer, _ records: inout ContiguousArray<Record>,
    _ scratch: inout ByteBuffer
  ) throws(CDCError) {
    let wire = batch.bytes.bytes
    let changes = batch.changes
    for change in changes {
      if !source.isReady(for: change) { try prepareSource(for: change, batch) }
      switch change.operation {
      case .read, .create, .update, .delete, .truncate:
        try appendRow(change, bodies[Int(change.schema)], wire, &out, &records, &scratch)
      case .message: try appendMessage(change, wire, &out, &records, &scratch)
      case .begin, .end:
        guard options.providesTransactionMetadata else { continue }
        try appendBorder(
          change, batch.transactions[Int(change.transaction)], &out, &records, &scratch)
      }
    }
  }

  private mutating func prepareSource(for change: Change, _ batch: ChangeBatch) throws(CDCError) {
    let hasTable = change.operation != .message && change.operation != .begin && change.operation != .end
    guard Int(change.transaction) < batch.transactions.count,
      hasTable ? batchPlans.indices.contains(Int(change.schema)) : true,
      change.transaction >= 0 || change.operation != .begin && change.operation != .end
    else {
      throw CDCError(
        .rowMalformed, "a change at position \(change.position) names a table or transaction not in its batch")
    }
    let context = change.transaction >= 0 ? batch.transactions[Int(change.transaction)] : nil
    let name =
      hasTable
      ? batchPlans[Int(change.schema)].schema.name : TableName(database: options.database, schema: "", table: "")
    source.prepare(for: change, name, context, options)
  }
}

/// The headers that tell which task wrote a record (`extended.headers.enabled`).
enum ContextHeaders {
  static func headers(of options: EncodingOptions) -> [Header] {
    [
      ("connectorLogicalName", options.topicPrefix), ("taskId", options.taskID),
      ("connectorName", options.connector), ("runId", options.runID),
    ].map { name, value in
      Header(name: "__debezium.context.\(name)", value: HeaderText.bytes(of: value, options.headerConverter))
    }
  }
}
