internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import JSON
internal import Settings

/// Debezium's `ExtractNewRecordState`: an envelope becomes the row after the change.
final class ExtractNewRecordState: RecordStage {
  static let name = "io.debezium.transforms.ExtractNewRecordState"
  static let type = StageType(name, keys) { order throws(StageProblem) in try ExtractNewRecordState(order) }
  static let deletedField = "__deleted"

  static let keys: [KeyDefinition] = [
    KeyDefinition(
      "delete.tombstone.handling.mode", default: DeleteHandling.tombstone.rawValue,
      "What becomes of deletes and of the tombstones behind them.", validValues: DeleteHandling.allCases.map(\.rawValue)
    ),
    KeyDefinition(
      "add.fields", .list, default: "", "Fields of the envelope to add to the row: `op`, `source.ts_ms`, `table:name`.",
      check: FieldReference.problem),
    KeyDefinition("add.fields.prefix", default: "__", "What the names of added fields begin with."),
    KeyDefinition(
      "add.headers", .list, default: "", "Fields of the envelope to add as headers.", check: FieldReference.problem),
    KeyDefinition("add.headers.prefix", default: "__", "What the names of added headers begin with."),
    KeyDefinition("route.by.field", default: "", "Field of the row whose text is the topic."),
    KeyDefinition("drop.fields.header.name", default: "", "Header that lists fields to leave out."),
    KeyDefinition("drop.fields.from.key", .boolean, default: "false", "Whether they are left out of the key, too."),
    KeyDefinition(
      "drop.fields.keep.schema.compatible", .boolean, default: "true",
      "Whether only fields that may be null are left out."),
    KeyDefinition(
      "replace.null.with.default", .boolean, default: "true",
      "Whether a null in a field that has a default becomes the default where `__deleted` is added."),
  ]

  let className = ExtractNewRecordState.name
  var sides: RecordSides { dropsFromKey ? [.key, .value] : .value }

  private let mode: DeleteHandling
  private let fields: [FieldReference]
  private let headers: [FieldReference]
  private let routeField: String?
  private let dropHeader: String?
  private let dropsFromKey: Bool
  private let dropper: FieldDropper
  private let headerConverter: HeaderConverter
  private let replacesNulls: Bool
  private let schemas: SchemaTable
  private var envelopes = PlanCache<EnvelopePlan?>()
  /// By the envelope's schema.
  private var rows = PlanCache<StructPlan>()
  private var additions = ByteBuffer(capacity: 256)

  init(_ order: StageOrder) throws(StageProblem) {
    let config = order.config
    mode = DeleteHandling(rawValue: config.string("delete.tombstone.handling.mode").lowercased()) ?? .tombstone
    fields = config.list("add.fields").compactMap { FieldReference($0, prefix: config.string("add.fields.prefix")) }
    headers = config.list("add.headers").compactMap { FieldReference($0, prefix: config.string("add.headers.prefix")) }
    routeField = config.optional("route.by.field")
    dropHeader = config.optional("drop.fields.header.name")
    dropsFromKey = dropHeader != nil && config.bool("drop.fields.from.key")
    dropper = FieldDropper(order.schemas, keepsCompatible: config.bool("drop.fields.keep.schema.compatible"))
    headerConverter = order.setup.headerConverter
    replacesNulls = order.replacesNulls
    schemas = order.schemas
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    let value = try record.payload(.value)
    guard !value.isNull, let schema = value.schema else {
      if value.wire == nil || value.isNull { tombstone(record) }
      return
    }
    guard let envelope = try envelopes.plan(schema, compile) else { return }
    try envelope.locate(in: value)
    if !envelope.headerAdditions.isEmpty { try addHeaders(envelope, value, record) }
    let operation = value.value(envelope.operation)
    let isTruncate = operation.count == 2 && operation[1] == UInt8(ascii: "t")
    if isTruncate || value.isNull(envelope.after) && value.isNull(envelope.before) {
      record.isDropped = true
    } else if value.isNull(envelope.after) {
      try delete(envelope, schema, value, record)
    } else {
      try extract(envelope.after, envelope, schema, value, record, isDeleted: false)
    }
  }

  private func compile(_ schema: StageSchema) throws(StageFailure) -> EnvelopePlan? {
    try EnvelopePlan(schema, schemas, fields: fields, headers: headers)
  }

  // MARK: - Deletes

  private func tombstone(_ record: StageRecord) {
    guard mode.keepsTombstones else {
      record.isDropped = true
      return
    }
    for header in headers where header.parent == nil && header.field == "op" {
      HeaderValue.text("d", headerConverter).withUnsafeBytes { record.headers.add(header.added, $0) }
    }
  }

  private func delete(
    _ envelope: EnvelopePlan, _ schema: StageSchema, _ value: StagePayload, _ record: StageRecord
  ) throws(StageFailure) {
    switch mode {
    case .drop: record.isDropped = true
    case .tombstone, .deleteToTombstone:
      if routeField != nil { try route(envelope, envelope.before, value, record) }
      value.setNull(envelope.row)
      if let dropHeader, dropsFromKey { try dropper.apply(dropHeader, record, fromKey: true) }
    case .rewrite, .rewriteWithTombstone:
      try extract(envelope.before, envelope, schema, value, record, isDeleted: true)
    }
  }

  // MARK: - Rows

  private func extract(
    _ place: Int, _ envelope: EnvelopePlan, _ schema: StageSchema, _ value: StagePayload, _ record: StageRecord,
    isDeleted: Bool
  ) throws(StageFailure) {
    if routeField != nil { try route(envelope, place, value, record) }
    let adds = !envelope.fieldAdditions.isEmpty || mode.rewrites
    if adds { gather(envelope, value, isDeleted: isDeleted) }
    let row = value.location(place)
    try value.write(envelope.row) { bytes, out throws(StageFailure) in
      out.append(UnsafeRawBufferPointer(rebasing: bytes[Int(row.start)..<Int(row.start + row.length)]))
    }
    if adds {
      let plan = try rows.plan(schema) { _ throws(StageFailure) in try compileRow(envelope) }
      try plan.apply(to: value, of: record)
    }
    if let dropHeader { try dropper.apply(dropHeader, record, fromKey: dropsFromKey) }
  }

  /// Writes what is added to the row, in order.
  private func gather(_ envelope: EnvelopePlan, _ value: StagePayload, isDeleted: Bool) {
    additions.removeAll()
    if mode.rewrites {
      let text: StaticString = isDeleted ? "true" : "false"
      additions.append(2)
      additions.append(UInt8(text.utf8CodeUnitCount << 1))
      additions.append(text)
    }
    for addition in envelope.fieldAdditions {
      if let bytes = envelope.value(addition, in: value) {
        additions.append(2)
        additions.append(bytes)
      } else {
        additions.append(0)
      }
    }
  }

  private func compileRow(_ envelope: EnvelopePlan) throws(StageFailure) -> StructPlan {
    // Only where `__deleted` is added do nulls become defaults: that is how Debezium is made.
    let replaces = replacesNulls && mode.rewrites
    var builder = StructBuilder(envelope.row, envelope.row.fields ?? [], replacesNulls: replaces)
    for index in builder.sourceFields.indices { try builder.copy(index) }
    var fields = mode.rewrites ? [Field(Self.deletedField, ConnectSchema(.string).optional)] : []
    for addition in envelope.fieldAdditions {
      let schema = Schema(.union([Schema(.null), addition.inner]))
      fields.append(Field(name: addition.name, schema: schema, defaultValue: .some(.null)))
    }
    // All of them are written at the first one's place.
    for (index, field) in fields.enumerated() {
      if index == 0 {
        try builder.add(field, reading: 0, AddedFields(self))
      } else {
        try builder.add(field, bytes: [])
      }
    }
    return try builder.plan(schemas)
  }

  private final class AddedFields: FieldWriter {
    // The stage holds the plan and with it this.
    private unowned let stage: ExtractNewRecordState
    init(_ stage: ExtractNewRecordState) { self.stage = stage }
    func write(_ payload: StagePayload, _ record: StageRecord, to out: inout ByteBuffer) throws(StageFailure) {
      out.append(stage.additions.bytes)
    }
  }

  private func addHeaders(
    _ envelope: EnvelopePlan, _ value: StagePayload, _ record: StageRecord
  ) throws(StageFailure) {
    for addition in envelope.headerAdditions {
      guard let bytes = envelope.value(addition, in: value), let connect = addition.connect else {
        record.headers.add(addition.name, nil)
        continue
      }
      let text = try HeaderValue.bytes(of: bytes, connect, headerConverter)
      text.withUnsafeBytes { record.headers.add(addition.name, $0) }
    }
  }

  // MARK: - Routing

  private func route(
    _ envelope: EnvelopePlan, _ place: Int, _ value: StagePayload, _ record: StageRecord
  ) throws(StageFailure) {
    guard let routeField else { return }
    guard let nested = envelope.rowFields, let index = nested.index(of: routeField),
      nested.fields[index].type == .string
    else {
      throw .field("the row has no text field \(routeField), which route.by.field names", pointer: "/\(routeField)")
    }
    do throws(AvroError) {
      try nested.locate(value.bytes, at: Int(value.location(place).start), to: index + 1)
    } catch { throw value.unreadable(error) }
    guard let bytes = nested.value(index, in: value.bytes) else { return }
    var reader = AvroReader(bytes)
    let text: UnsafeRawBufferPointer
    do throws(AvroError) { text = try reader.readBytes() } catch { throw value.unreadable(error) }
    if text.allSatisfy({ $0 <= 0x20 }) { return }
    record.topic = record.topics.number(of: String(decoding: text, as: UTF8.self))
  }
}
