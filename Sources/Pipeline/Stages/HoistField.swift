internal import Avro
internal import ChangeModel
internal import JSON
internal import Settings

/// Kafka Connect's `HoistField`: the payload becomes the only field of a struct. A tombstone stays one.
final class HoistField: RecordStage {
  static let type = StageType.sided(
    "HoistField", [KeyDefinition("field", required: true, "The field's name.")]
  ) { order throws(StageProblem) in HoistField(order) }

  let className: String
  var sides: RecordSides { side.sides }
  private let side: RecordSide
  private let field: String
  private let schemas: SchemaTable
  private var plans = PlanCache<StageSchema>()

  init(_ order: StageOrder) {
    className = order.className
    side = order.side
    field = order.config.string("field")
    schemas = order.schemas
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    let payload = try record.payload(side)
    guard let schema = payload.schema else { return }
    let hoisted = try plans.plan(schema, compile)
    let isNull = payload.isNull
    try payload.write(hoisted) { bytes, out throws(StageFailure) in
      if schema.isOptional { out.append(isNull ? schema.nullBranch : schema.valueBranch) }
      out.append(bytes)
    }
  }

  private func compile(_ schema: StageSchema) throws(StageFailure) -> StageSchema {
    var value = schema.hasDefault ? schema.avro.attributes["connect.default"] : nil
    if value == nil, schema.isOptional { value = .some(.null) }
    let hoisted = Field(name: field, schema: schema.wire, defaultValue: value)
    let record = Schema(.record(RecordSchema(fullName: Anonymous.name + "0", fields: [hoisted])))
    return try schemas.made(Anonymous.renumbered(record), from: schema, isOptional: false)
  }
}

extension Anonymous {
  /// Structs without a name get names that differ, the outermost first, as Confluent's converter counts them.
  static func renumbered(_ schema: Schema) -> Schema {
    var count = 0
    return renumbered(schema, &count)
  }

  private static func renumbered(_ schema: Schema, _ count: inout Int) -> Schema {
    var copy = schema
    switch schema.kind {
    case .record(var record):
      if isAnonymous(record.fullName) {
        count += 1
        record.fullName = count == 1 ? name : "\(name)\(count)"
      }
      for index in record.fields.indices {
        record.fields[index].schema = renumbered(record.fields[index].schema, &count)
      }
      copy.kind = .record(record)
    case .array(let items): copy.kind = .array(renumbered(items, &count))
    case .map(let values): copy.kind = .map(renumbered(values, &count))
    case .union(let branches): copy.kind = .union(branches.map { renumbered($0, &count) })
    default: break
    }
    return copy
  }

  static func isAnonymous(_ fullName: String) -> Bool {
    fullName.hasPrefix(name) && fullName.dropFirst(name.count).allSatisfy { $0.isASCII && $0.isNumber }
  }
}
