internal import ChangeModel
internal import EventEncoding
internal import Settings

/// Kafka Connect's `HeaderFrom`: fields become headers, copied or moved.
final class HeaderFrom: RecordStage {
  static let type = StageType.sided(
    "HeaderFrom",
    [
      KeyDefinition("fields", .list, required: true, importance: .high, "The fields."),
      KeyDefinition("headers", .list, required: true, importance: .high, "The headers' names, in the fields' order."),
      KeyDefinition(
        "operation", required: true, importance: .high, "Whether the fields stay.", validValues: ["move", "copy"]),
      StageType.replacesNulls,
    ]
  ) { order throws(StageProblem) in try HeaderFrom(order) }

  /// A field: its place, schema and what stands for null.
  private final class Source {
    let index: Int
    let connect: ConnectSchema
    let instead: [UInt8]?
    init(_ index: Int, _ connect: ConnectSchema, _ instead: [UInt8]?) {
      self.index = index
      self.connect = connect
      self.instead = instead
    }
  }

  private final class Plan {
    var sources: [Source] = []
    var limit = 0
    /// The struct without them; nil: they stay.
    var rest: StructPlan?
  }

  let className: String
  var sides: RecordSides { side.sides }
  private let side: RecordSide
  private let fields: [String]
  private let names: [String]
  private let moves: Bool
  private let replacesNulls: Bool
  private let converter: HeaderConverter
  private let schemas: SchemaTable
  private var plans = PlanCache<Plan>()

  init(_ order: StageOrder) throws(StageProblem) {
    className = order.className
    side = order.side
    fields = order.config.list("fields")
    names = order.config.list("headers")
    moves = order.config.string("operation").lowercased() == "move"
    replacesNulls = order.replacesNulls
    converter = order.setup.headerConverter
    schemas = order.schemas
    guard !fields.isEmpty else { throw StageProblem("fields", "", "must not be empty") }
    guard fields.count == names.count else {
      throw StageProblem("headers", nil, "fields and headers must have the same number of names")
    }
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    guard let (payload, schema, _) = try record.structure(side, for: "header from") else {
      throw StageRecord.missing(side, "header from")
    }
    let plan = try plans.plan(schema, compile)
    try payload.locate(to: plan.limit)
    for (name, source) in zip(names, plan.sources) {
      if payload.isNull(source.index) {
        guard let instead = source.instead else {
          record.headers.add(name, nil)
          continue
        }
        instead.withUnsafeBytes { record.headers.add(name, $0) }
      } else {
        let value = try HeaderValue.bytes(of: payload.value(source.index), source.connect, converter)
        value.withUnsafeBytes { record.headers.add(name, $0) }
      }
    }
    try plan.rest?.apply(to: payload, of: record)
  }

  private func compile(_ schema: StageSchema) throws(StageFailure) -> Plan {
    let plan = Plan()
    let known = schema.fields ?? []
    for name in fields {
      guard let index = schema.index(of: name) else {
        throw .field("the \(side.rawValue) has no field \(name)", pointer: "/\(name)")
      }
      let field = known[index]
      guard let connect = field.connect(in: schema) else {
        throw .unfit("the field \(name) is of a type that no header can have", pointer: "/\(name)")
      }
      var instead: [UInt8]?
      if replacesNulls, field.isOptional, let value = field.defaultValue {
        // One byte of the union's branch stands before the value.
        let bytes = try field.encoded(value, in: schema).dropFirst()
        instead = try Array(bytes).withRawBytes { bytes throws(StageFailure) in
          try HeaderValue.bytes(of: bytes, connect, converter)
        }
      }
      plan.sources.append(Source(index, connect, instead))
      plan.limit = max(plan.limit, index + 1)
    }
    if moves {
      var builder = StructBuilder(schema, known, replacesNulls: replacesNulls)
      for (index, field) in known.enumerated() where !fields.contains(field.name) { try builder.copy(index) }
      plan.rest = try builder.plan(schemas)
    }
    return plan
  }
}
