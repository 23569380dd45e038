internal import Settings

/// Kafka Connect's `ValueToKey`: the key becomes a struct of the value's fields.
final class ValueToKey: RecordStage {
  static let type = StageType.whole(
    "ValueToKey",
    [
      KeyDefinition(
        "fields", .list, required: true, importance: .high, "The fields of the value.",
        check: { $0.isEmpty ? "must not be empty" : nil }),
      StageType.replacesNulls,
    ]
  ) { order throws(StageProblem) in ValueToKey(order) }

  let className: String
  let sides: RecordSides = [.key, .value]
  private let fields: [String]
  private let replacesNulls: Bool
  private let schemas: SchemaTable
  private var plans = PlanCache<StructPlan>()

  init(_ order: StageOrder) {
    className = order.className
    fields = order.config.list("fields")
    replacesNulls = order.replacesNulls
    schemas = order.schemas
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    guard let (value, schema, _) = try record.structure(.value, for: "copying fields from value to key") else {
      throw StageRecord.missing(.value, "copying fields from value to key")
    }
    let plan = try plans.plan(schema, compile)
    try plan.locate(in: value)
    try record.key.write(plan.schema) { _, out throws(StageFailure) in
      try plan.write(value, record, to: &out)
    }
  }

  private func compile(_ schema: StageSchema) throws(StageFailure) -> StructPlan {
    var builder = StructBuilder(schema, schema.fields ?? [], replacesNulls: replacesNulls)
    for name in fields {
      guard let index = schema.index(of: name) else {
        throw .field("the value has no field \(name)", pointer: "/\(name)")
      }
      try builder.copy(index)
    }
    return try builder.anonymousPlan(schemas)
  }
}
