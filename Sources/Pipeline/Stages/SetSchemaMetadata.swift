internal import Avro
internal import ChangeModel
internal import JSON
internal import Settings

/// Kafka Connect's `SetSchemaMetadata`: the schema's name and version.
final class SetSchemaMetadata: RecordStage {
  static let type = StageType.sided(
    "SetSchemaMetadata",
    [
      KeyDefinition("schema.name", importance: .high, "The schema's name."),
      KeyDefinition("schema.version", .int, importance: .high, "Its version."), StageType.replacesNulls,
    ]
  ) { order throws(StageProblem) in try SetSchemaMetadata(order) }

  private enum Plan {
    case structure(StructPlan)
    case other(StageSchema)
  }

  let className: String
  var sides: RecordSides { side.sides }
  private let side: RecordSide
  private let name: String?
  private let version: Int?
  private let replacesNulls: Bool
  private let schemas: SchemaTable
  private var plans = PlanCache<Plan>()

  init(_ order: StageOrder) throws(StageProblem) {
    className = order.className
    side = order.side
    name = order.config.optional("schema.name")
    version = order.config.optionalInt("schema.version")
    replacesNulls = order.replacesNulls
    schemas = order.schemas
    guard name != nil || version != nil else {
      throw StageProblem("schema.name", nil, "neither schema.name nor schema.version is given")
    }
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    let payload = try record.payload(side)
    guard let schema = payload.schema else { return }
    switch try plans.plan(schema, compile) {
    case .structure(let plan):
      if payload.isNull { return payload.setNull(plan.schema) }
      try plan.apply(to: payload, of: record)
    case .other(let schema): try payload.relabel(schema)
    }
  }

  private func compile(_ schema: StageSchema) throws(StageFailure) -> Plan {
    var avro = schema.avro
    if let name {
      avro.attributes["connect.name"] = .string(name)
      if case .record(var record) = avro.kind {
        if record.fullName != name, (try? Schema(.reference(name)).resolved(in: schema.avro)) != nil {
          throw .record(CDCError(.stageSchema, "the schema has another type of the name \(name) inside"))
        }
        record.fullName = name
        avro.kind = .record(record)
      }
    }
    if let version { avro.attributes["connect.version"] = .integer(version) }
    avro.attributes = avro.attributes.inConvertersOrder
    guard let fields = schema.fields else {
      return .other(try schemas.made(avro, from: schema, isOptional: schema.isOptional))
    }
    var builder = StructBuilder(schema, fields, replacesNulls: replacesNulls)
    for index in fields.indices { try builder.copy(index) }
    return .structure(try builder.plan(schemas, as: avro, isOptional: schema.isOptional))
  }
}
