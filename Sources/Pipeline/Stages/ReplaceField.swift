internal import Settings

/// Kafka Connect's `ReplaceField`: leaves fields out, or renames them.
final class ReplaceField: RecordStage {
  static let type = StageType.sided(
    "ReplaceField",
    [
      KeyDefinition("exclude", .list, default: "", "Fields to leave out; they win over `include`."),
      KeyDefinition("include", .list, default: "", "Fields to keep; empty: all."),
      KeyDefinition("renames", .list, default: "", "New names, as `old:new,…`.", check: { Renames.problem($0) }),
      StageType.replacesNulls,
    ]
  ) { order throws(StageProblem) in ReplaceField(order) }

  let className: String
  var sides: RecordSides { side.sides }
  private let side: RecordSide
  private let excluded: Set<String>
  private let included: Set<String>
  private let renames: [String: String]
  private let replacesNulls: Bool
  private let schemas: SchemaTable
  private var plans = PlanCache<StructPlan>()

  init(_ order: StageOrder) {
    className = order.className
    side = order.side
    excluded = Set(order.config.list("exclude"))
    included = Set(order.config.list("include"))
    renames = Renames.read(order.config.list("renames"))
    replacesNulls = order.replacesNulls
    schemas = order.schemas
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    guard let (payload, schema, _) = try record.structure(side, for: "field replacement") else { return }
    try plans.plan(schema, compile).apply(to: payload, of: record)
    if side == .value, !renames.isEmpty { AbsentColumns.rename(renames, in: record.headers) }
  }

  private func compile(_ schema: StageSchema) throws(StageFailure) -> StructPlan {
    var builder = StructBuilder(schema, schema.fields ?? [], replacesNulls: replacesNulls)
    for (index, field) in builder.sourceFields.enumerated() {
      guard !excluded.contains(field.name), included.isEmpty || included.contains(field.name) else { continue }
      try builder.copy(index, as: renames[field.name])
    }
    return try builder.plan(schemas)
  }
}

/// The pairs of `renames`.
enum Renames {
  static func read(_ list: [String]) -> [String: String] {
    var pairs: [String: String] = [:]
    for entry in list {
      let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
      if parts.count == 2 { pairs[String(parts[0])] = String(parts[1]) }
    }
    return pairs
  }

  static func problem(_ text: String) -> String? {
    let isWrong = text.split(separator: ",").contains { entry in
      let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
      return parts.count != 2 || parts.contains { $0.allSatisfy { $0 == " " } }
    }
    return isWrong && !text.isEmpty ? "needs pairs like foo:bar,abc:xyz" : nil
  }
}
