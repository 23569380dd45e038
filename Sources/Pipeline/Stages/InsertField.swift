internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import Settings

/// Kafka Connect's `InsertField`: topic, partition, offset, time or a fixed text become fields.
final class InsertField: RecordStage {
  static let type = StageType.sided(
    "InsertField",
    [
      KeyDefinition(
        "topic.field", .string, "The field for the topic; `!` behind it: never null, `?`: may be null (the default)."),
      KeyDefinition("partition.field", .string, "The field for the partition."),
      KeyDefinition("offset.field", .string, "The field for the offset; sinks only."),
      KeyDefinition("timestamp.field", .string, "The field for the record's time."),
      KeyDefinition("static.field", .string, "The field for `static.value`."),
      KeyDefinition("static.value", .string, "The text of `static.field`."),
      StageType.replacesNulls,
    ]
  ) { order throws(StageProblem) in try InsertField(order) }

  /// What is put into a field.
  enum Source: Sendable {
    case topic, partition, offset, timestamp
    case text([UInt8])
  }

  /// A field to add.
  struct Addition: Sendable {
    var name: String
    var isOptional: Bool
    var source: Source
    var connect: ConnectSchema
  }

  let className: String
  var sides: RecordSides { side.sides }
  private let side: RecordSide
  private let additions: [Addition]
  private let replacesNulls: Bool
  private let schemas: SchemaTable
  private var plans = PlanCache<StructPlan>()

  init(_ order: StageOrder) throws(StageProblem) {
    className = order.className
    side = order.side
    replacesNulls = order.replacesNulls
    schemas = order.schemas
    let config = order.config
    var additions: [Addition] = []
    func add(_ key: String, _ source: Source, _ connect: ConnectSchema) {
      guard var name = config.optional(key) else { return }
      let isRequired = name.hasSuffix("!")
      if isRequired || name.hasSuffix("?") { name.removeLast() }
      additions.append(Addition(name: name, isOptional: !isRequired, source: source, connect: connect))
    }
    add("topic.field", .topic, ConnectSchema(.string))
    add("partition.field", .partition, ConnectSchema(.int32))
    add("offset.field", .offset, ConnectSchema(.int64))
    add("timestamp.field", .timestamp, ConnectSchema(.int64, name: ConnectName.timestamp, version: 1))
    let text = config.string("static.value")
    if config.optional("static.field") != nil, !config.isSet("static.value") {
      throw StageProblem("static.value", nil, "no value is given for static.field")
    }
    add("static.field", .text(AvroText.sized(text)), ConnectSchema(.string))
    guard !additions.isEmpty else {
      throw StageProblem("topic.field", nil, "no field to add is named")
    }
    self.additions = additions
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    guard let (payload, schema, _) = try record.structure(side, for: "field insertion") else { return }
    try plans.plan(schema, compile).apply(to: payload, of: record)
  }

  private func compile(_ schema: StageSchema) throws(StageFailure) -> StructPlan {
    var builder = StructBuilder(schema, schema.fields ?? [], replacesNulls: replacesNulls)
    for index in builder.sourceFields.indices { try builder.copy(index) }
    for addition in additions {
      let connect = addition.isOptional ? addition.connect.optional : addition.connect
      let field = Field(addition.name, connect)
      if case .text(let text) = addition.source {
        try builder.add(field, bytes: (addition.isOptional ? [2] : []) + text)
      } else {
        try builder.add(field, reading: 0, InsertedField(addition))
      }
    }
    return try builder.plan(schemas)
  }
}

/// Writes what a record's place or time gives.
private final class InsertedField: FieldWriter {
  private let addition: InsertField.Addition
  private var topic: (number: Int32, text: [UInt8])?

  init(_ addition: InsertField.Addition) { self.addition = addition }

  func write(_ payload: StagePayload, _ record: StageRecord, to out: inout ByteBuffer) throws(StageFailure) {
    let number: Int64
    switch addition.source {
    case .topic:
      if topic?.number != record.topic { topic = (record.topic, AvroText.sized(record.topics[record.topic])) }
      if addition.isOptional { out.append(2) }
      if let topic { out.append(topic.text) }
      return
    case .text: return
    case .partition: number = Int64(record.partition)
    case .offset:
      guard record.isConsumed else { throw .unfit("only the records of a sink have offsets (field insertion)") }
      number = record.offset
    case .timestamp: number = record.timestamp
    }
    guard number >= 0 else {
      guard addition.isOptional else {
        throw .value(
          "the record has no value for the field \(addition.name), which can't be null",
          pointer: "/\(addition.name)")
      }
      return out.append(0)
    }
    if addition.isOptional { out.append(2) }
    AvroText.append(number, to: &out)
  }
}

/// Avro's forms of what stages write themselves.
enum AvroText {
  /// A text behind its length.
  static func sized(_ text: String) -> [UInt8] {
    var out = ByteBuffer(capacity: text.utf8.count + 10)
    append(Int64(text.utf8.count), to: &out)
    out.append(text: text)
    return Array(out.bytes)
  }

  /// A number.
  static func append(_ number: Int64, to out: inout ByteBuffer) {
    let room = out.reserve(AvroBinary.longestLong)
    out.commit(AvroBinary.writeLong(number, to: room))
  }

  /// Bytes or a text behind their length.
  static func append(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
    append(Int64(bytes.count), to: &out)
    out.append(bytes)
  }
}
