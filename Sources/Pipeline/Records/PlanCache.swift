/// What a stage compiled for each schema, by the schema's number: the last one at hand, the others in a table.
struct PlanCache<Plan> {
  private var lastNumber: Int32 = -1
  private var last: Plan?
  private var plans: [Int32: Plan] = [:]

  /// The plan for a schema, made by `make` when it is asked for first. What `make` throws is not kept.
  mutating func plan(
    _ schema: StageSchema, _ make: (StageSchema) throws(StageFailure) -> Plan
  ) throws(StageFailure) -> Plan {
    if schema.number == lastNumber, let last { return last }
    let plan: Plan
    if let known = plans[schema.number] {
      plan = known
    } else {
      plan = try make(schema)
      plans[schema.number] = plan
    }
    lastNumber = schema.number
    last = plan
    return plan
  }
}
