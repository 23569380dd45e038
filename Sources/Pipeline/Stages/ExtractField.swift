internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import Settings

/// Kafka Connect's `ExtractField`: a field of a struct becomes the payload; with `field.syntax.version=V2` also one of
/// a struct inside.
final class ExtractField: RecordStage {
  static let type = StageType.sided(
    "ExtractField",
    [
      KeyDefinition("field", required: true, "The field."), StageType.replacesNulls,
      KeyDefinition(
        "field.syntax.version", default: "V1", "V1: a name; V2: names with dots between them lead into structs.",
        validValues: ["V1", "V2"]),
    ]
  ) { order throws(StageProblem) in try ExtractField(order) }

  private final class Plan {
    let index: Int
    let schema: StageSchema
    /// Of a union that is no optional: its branch stays.
    let keepsBranch: Bool
    let instead: [UInt8]?
    init(_ index: Int, _ schema: StageSchema, keepsBranch: Bool, _ instead: [UInt8]?) {
      self.index = index
      self.schema = schema
      self.keepsBranch = keepsBranch
      self.instead = instead
    }
  }

  let className: String
  var sides: RecordSides { side.sides }
  private let side: RecordSide
  private let path: [String]
  private let replacesNulls: Bool
  private let schemas: SchemaTable
  private var plans: [PlanCache<Plan>]

  init(_ order: StageOrder) throws(StageProblem) {
    className = order.className
    side = order.side
    replacesNulls = order.replacesNulls
    schemas = order.schemas
    let field = order.config.string("field")
    if order.config.string("field.syntax.version").uppercased() == "V2" {
      guard let path = FieldPath.parse(field) else {
        throw StageProblem("field", field, "a name in backticks is not closed, or a name is empty")
      }
      self.path = path
    } else {
      path = [field]
    }
    plans = path.map { _ in PlanCache() }
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    for step in path.indices {
      guard let (payload, schema, _) = try record.structure(side, for: "field extraction") else { return }
      let plan = try plans[step].plan(schema) { schema throws(StageFailure) in try compile(schema, path[step]) }
      try extract(plan, payload)
    }
  }

  private func extract(_ plan: Plan, _ payload: StagePayload) throws(StageFailure) {
    try payload.locate(to: plan.index + 1)
    if payload.isNull(plan.index) {
      guard let instead = plan.instead else { return payload.setNull(plan.schema) }
      return try payload.write(plan.schema) { _, out throws(StageFailure) in out.append(instead) }
    }
    let place = payload.location(plan.index)
    let run = plan.keepsBranch ? payload.run(plan.index, plan.index + 1, isLast: false) : nil
    try payload.write(plan.schema) { bytes, out throws(StageFailure) in
      out.append(
        run ?? UnsafeRawBufferPointer(rebasing: bytes[Int(place.start)..<Int(place.start + place.length)]))
    }
  }

  private func compile(_ schema: StageSchema, _ name: String) throws(StageFailure) -> Plan {
    guard let index = schema.index(of: name), let field = schema.fields?[index] else {
      throw .field("the \(side.rawValue) has no field \(name)", pointer: "/\(name)")
    }
    let result = try schemas.made(field.inner, from: schema, isOptional: field.isOptional)
    var instead: [UInt8]?
    if replacesNulls, field.isOptional, let value = field.defaultValue {
      instead = Array(try field.encoded(value, in: schema).dropFirst())
    }
    return Plan(index, result, keepsBranch: field.branchCount > 0 && !field.isOptional, instead)
  }
}

/// A path to a field in Kafka Connect's second syntax: names with dots between them, in backticks where they have dots.
enum FieldPath {
  /// Nil: it is no path.
  static func parse(_ text: String) -> [String]? {
    var names: [String] = []
    var name = ""
    var isQuoted = false
    for character in text {
      switch character {
      case "`": isQuoted.toggle()
      case "." where !isQuoted:
        names.append(name)
        name = ""
      default: name.append(character)
      }
    }
    names.append(name)
    return isQuoted || names.contains("") ? nil : names
  }
}
