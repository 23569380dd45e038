internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import JSON
internal import Settings

/// Kafka Connect's `Cast`: fields, or a payload that is one value, become another type.
final class Cast: RecordStage {
  static let type = StageType.sided(
    "Cast",
    [
      KeyDefinition(
        "spec", .list, required: true, importance: .high,
        "`field:type,…`, or one type for a payload that is no struct. Types: int8, int16, int32, int64, float32, "
          + "float64, boolean, string."),
      StageType.replacesNulls,
    ]
  ) { order throws(StageProblem) in try Cast(order) }

  private enum Plan {
    case structure(StructPlan)
    case whole(StageSchema, CastValue)
  }

  let className: String
  var sides: RecordSides { side.sides }
  private let side: RecordSide
  private let whole: ConnectType?
  private let targets: [String: ConnectType]
  private let replacesNulls: Bool
  private let schemas: SchemaTable
  private var plans = PlanCache<Plan>()

  init(_ order: StageOrder) throws(StageProblem) {
    className = order.className
    side = order.side
    replacesNulls = order.replacesNulls
    schemas = order.schemas
    (whole, targets) = try Self.targets(order.config.list("spec"))
  }

  private static func targets(_ spec: [String]) throws(StageProblem) -> (ConnectType?, [String: ConnectType]) {
    func problem(_ entry: String, _ message: String) -> StageProblem { StageProblem("spec", entry, message) }
    var whole: ConnectType?
    var targets: [String: ConnectType] = [:]
    for entry in spec {
      let parts = entry.split(separator: ":", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
      guard parts.count <= 2, let name = parts.last, let type = CastTarget.named(name) else {
        throw problem(entry, "needs field:type with one of the types \(CastTarget.names.joined(separator: ", "))")
      }
      if parts.count == 1 { whole = type } else { targets[parts[0]] = type }
    }
    guard whole != nil || !targets.isEmpty else { throw problem("", "names no field to cast") }
    guard whole == nil || spec.count == 1 else {
      throw problem(spec.joined(separator: ","), "a type for the whole payload must stand alone")
    }
    return (whole, targets)
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    let payload = try record.payload(side)
    guard !payload.isNull, let schema = payload.schema else { return }
    switch try plans.plan(schema, compile) {
    case .structure(let plan): try plan.apply(to: payload, of: record)
    case .whole(let result, let cast):
      try payload.write(result) { bytes, out throws(StageFailure) in
        try cast.write(bytes, to: &out, pointer: "")
      }
    }
  }

  private func compile(_ schema: StageSchema) throws(StageFailure) -> Plan {
    if let whole {
      guard let cast = CastValue(ConnectType(schema.avro), schema.avro, to: whole) else {
        throw .unfit("a \(side.rawValue) of type \(ConnectType(schema.avro).name) can't be cast to \(whole.name)")
      }
      var avro = CastTarget.connect(whole).avro
      for name in ["connect.name", "connect.version", "connect.doc", "connect.parameters"] {
        if let value = schema.avro.attributes[name] { avro.attributes[name] = value }
      }
      avro.attributes = avro.attributes.inConvertersOrder
      return .whole(try schemas.made(avro, from: schema, isOptional: schema.isOptional), cast)
    }
    guard let fields = schema.fields else {
      throw .unfit(
        "only a struct can be worked on (cast types); the \(side.rawValue) is of type \(ConnectType(schema.avro).name)")
    }
    var builder = StructBuilder(schema, fields, replacesNulls: replacesNulls)
    for (index, field) in fields.enumerated() {
      guard let target = targets[field.name] else {
        try builder.copy(index)
        continue
      }
      var connect = CastTarget.connect(target)
      connect.isOptional = field.isOptional
      guard let cast = CastValue(field.type, field.inner, to: target) else {
        let failure = StageFailure.unfit(
          "the field \(field.name) of type \(field.type.name) can't be cast to \(target.name)",
          pointer: "/\(field.name)")
        guard field.isOptional, field.defaultValue == nil else { throw failure }
        try builder.add(Field(field.name, connect), reading: index + 1, RefusedField(index, null: [0], failure))
        continue
      }
      let instead = try self.instead(field, cast, target, schema)
      connect.defaultValue = instead?.value
      let writer = CastField(
        index, cast, field, hasDefault: connect.defaultValue != nil, instead: replacesNulls ? instead?.bytes : nil)
      try builder.add(Field(field.name, connect), reading: index + 1, writer)
    }
    return .structure(try builder.plan(schemas, isOptional: schema.isOptional))
  }

  /// A field's default, cast: as it stands in the schema, and as bytes.
  private func instead(
    _ field: StageField, _ cast: CastValue, _ target: ConnectType, _ schema: StageSchema
  ) throws(StageFailure) -> (value: ConnectDefault, bytes: [UInt8])? {
    guard let value = field.defaultValue else { return nil }
    let encoded = try field.encoded(value, in: schema).dropFirst(field.isOptional ? 1 : 0)
    var out = ByteBuffer(capacity: 32)
    try Array(encoded).withRawBytes { bytes throws(StageFailure) in
      try cast.write(bytes, to: &out, pointer: "/\(field.name)")
    }
    let bytes = Array(out.bytes)
    let json: JSONValue?
    do throws(AvroError) { json = try ValueCodec(CastTarget.connect(target).avro).decode(bytes) } catch { json = nil }
    guard let json, let value = CastTarget.defaultValue(json, target) else { return nil }
    return (value, bytes)
  }
}

/// Casts one field of a struct.
private final class CastField: FieldWriter {
  private let index: Int
  private let cast: CastValue
  private let pointer: String
  /// The union branches of the new field; nil: it can't be null.
  private let branches: (null: UInt8, value: UInt8)?
  private let instead: [UInt8]?

  init(_ index: Int, _ cast: CastValue, _ field: StageField, hasDefault: Bool, instead: [UInt8]?) {
    self.index = index
    self.cast = cast
    pointer = "/\(field.name)"
    branches = field.isOptional ? (hasDefault ? (2, 0) : (0, 2)) : nil
    self.instead = instead
  }

  func write(_ payload: StagePayload, _ record: StageRecord, to out: inout ByteBuffer) throws(StageFailure) {
    if let branches {
      if payload.isNull(index) {
        guard let instead else { return out.append(branches.null) }
        out.append(branches.value)
        return out.append(instead)
      }
      out.append(branches.value)
    }
    try cast.write(payload.value(index), to: &out, pointer: pointer)
  }
}

/// The types that values can be cast to.
enum CastTarget {
  static let names = ["int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string"]

  static func named(_ name: String) -> ConnectType? {
    switch name.lowercased() {
    case "int8": .int8
    case "int16": .int16
    case "int32": .int32
    case "int64": .int64
    case "float32": .float32
    case "float64": .float64
    case "boolean": .boolean
    case "string": .string
    default: nil
    }
  }

  static func connect(_ type: ConnectType) -> ConnectSchema {
    switch type {
    case .int8: ConnectSchema(.int8)
    case .int16: ConnectSchema(.int16)
    case .int32: ConnectSchema(.int32)
    case .int64: ConnectSchema(.int64)
    case .float32: ConnectSchema(.float32)
    case .float64: ConnectSchema(.float64)
    case .boolean: ConnectSchema(.boolean)
    default: ConnectSchema(.string)
    }
  }

  static func defaultValue(_ json: JSONValue, _ type: ConnectType) -> ConnectDefault? {
    switch type {
    case .boolean: json.bool.map { .boolean($0) }
    case .float32: json.double.map { .float(Float($0)) }
    case .float64: json.double.map { .double($0) }
    case .string: json.string.map { .string($0) }
    default: json.int.map { .integer(Int64($0)) }
    }
  }
}
