internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import Settings

/// Kafka Connect's `TimestampConverter`: texts, numbers and Connect's dates and times become one another.
final class TimestampConverter: RecordStage {
  static let type = StageType.sided(
    "TimestampConverter",
    [
      KeyDefinition("field", default: "", importance: .high, "The field; empty: the payload itself."),
      KeyDefinition(
        "target.type", required: true, importance: .high, "What it becomes.",
        validValues: ["string", "unix", "Date", "Time", "Timestamp"]),
      KeyDefinition(
        "format", default: "", "The form of texts, as a pattern of `java.text.SimpleDateFormat`; in UTC."),
      KeyDefinition(
        "unix.precision", default: "milliseconds", importance: .low, "The unit of numbers.",
        validValues: ["nanoseconds", "microseconds", "milliseconds", "seconds"]),
      StageType.replacesNulls,
    ]
  ) { order throws(StageProblem) in try TimestampConverter(order) }

  private enum Plan {
    case structure(StructPlan)
    case whole(StageSchema, MomentConversion)
  }

  let className: String
  var sides: RecordSides { side.sides }
  private let side: RecordSide
  private let field: String
  private let target: MomentForm
  private let format: JavaDateFormat?
  private let unit: MomentUnit
  private let replacesNulls: Bool
  private let schemas: SchemaTable
  private var plans = PlanCache<Plan>()

  init(_ order: StageOrder) throws(StageProblem) {
    className = order.className
    side = order.side
    field = order.config.string("field")
    replacesNulls = order.replacesNulls
    schemas = order.schemas
    let target = MomentForm(rawValue: order.config.string("target.type").lowercased())
    let unit = MomentUnit(rawValue: order.config.string("unix.precision").lowercased())
    self.target = target ?? .string
    self.unit = unit ?? .milliseconds
    let pattern = order.config.string("format")
    if pattern.isEmpty {
      guard self.target != .string else {
        throw StageProblem("format", nil, "texts need a format")
      }
      format = nil
    } else {
      do throws(JavaDateFormat.Problem) { format = try JavaDateFormat(pattern) } catch {
        throw StageProblem("format", pattern, error.message)
      }
    }
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    let payload = try record.payload(side)
    guard !payload.isNull, let schema = payload.schema else { return }
    switch try plans.plan(schema, compile) {
    case .structure(let plan): try plan.apply(to: payload, of: record)
    case .whole(let result, let conversion):
      try payload.write(result) { bytes, out throws(StageFailure) in
        try conversion.write(bytes, to: &out, pointer: "")
      }
    }
  }

  private func compile(_ schema: StageSchema) throws(StageFailure) -> Plan {
    if field.isEmpty {
      let result = try schemas.made(target.connect.avro, from: schema, isOptional: schema.isOptional)
      return .whole(result, try conversion(ConnectType(schema.avro), "the \(side.rawValue)", ""))
    }
    guard let fields = schema.fields else {
      throw .unfit(
        "only a struct can be worked on (converting timestamp formats); "
          + "the \(side.rawValue) is of type \(ConnectType(schema.avro).name)")
    }
    var builder = StructBuilder(schema, fields, replacesNulls: replacesNulls)
    for (index, known) in fields.enumerated() {
      guard known.name == field else {
        try builder.copy(index)
        continue
      }
      let conversion = try conversion(known.type, "the field \(field)", "/\(field)")
      var instead: [UInt8]?
      if replacesNulls, known.isOptional, let value = known.defaultValue {
        var out = ByteBuffer(capacity: 32)
        let encoded = Array(try known.encoded(value, in: schema).dropFirst())
        try encoded.withRawBytes { bytes throws(StageFailure) in
          try conversion.write(bytes, to: &out, pointer: "/\(field)")
        }
        instead = Array(out.bytes)
      }
      let connect = known.isOptional ? target.connect.optional : target.connect
      let writer = ConvertedMoment(index, conversion, isOptional: known.isOptional, "/\(field)", instead: instead)
      try builder.add(Field(field, connect), reading: index + 1, writer)
    }
    return .structure(try builder.plan(schemas, isOptional: schema.isOptional))
  }

  private func conversion(
    _ type: ConnectType, _ what: String, _ pointer: String
  ) throws(StageFailure) -> MomentConversion {
    guard let source = MomentForm(type) else {
      throw .unfit("\(what) of type \(type.name) is no time that can be converted", pointer: pointer)
    }
    if source == .string, format == nil {
      throw .unfit("\(what) is a text, and the stage has no format to read it", pointer: pointer)
    }
    return MomentConversion(source: source, target: target, format: format, unit: unit)
  }
}

/// Converts one field of a struct.
private final class ConvertedMoment: FieldWriter {
  private let index: Int
  private let conversion: MomentConversion
  private let isOptional: Bool
  private let pointer: String
  private let instead: [UInt8]?

  init(_ index: Int, _ conversion: MomentConversion, isOptional: Bool, _ pointer: String, instead: [UInt8]?) {
    self.index = index
    self.conversion = conversion
    self.isOptional = isOptional
    self.pointer = pointer
    self.instead = instead
  }

  func write(_ payload: StagePayload, _ record: StageRecord, to out: inout ByteBuffer) throws(StageFailure) {
    if isOptional {
      if payload.isNull(index) {
        guard let instead else { return out.append(0) }
        out.append(2)
        return out.append(instead)
      }
      out.append(2)
    }
    try conversion.write(payload.value(index), to: &out, pointer: pointer)
  }
}
