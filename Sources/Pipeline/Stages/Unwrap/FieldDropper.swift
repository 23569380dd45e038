internal import JSON

/// `drop.fields.header.name`: leaves out the fields that a header lists.
final class FieldDropper {
  private let schemas: SchemaTable
  private let keepsCompatible: Bool
  private var plans: [Key: StructPlan] = [:]
  private var lastText: [UInt8] = []
  private var lastNames: Set<String> = []

  private struct Key: Hashable {
    var schema: Int32
    var names: Set<String>
  }

  /// `keepsCompatible`: only fields that may be null are left out. Nulls with a default become it, as in Debezium.
  init(_ schemas: SchemaTable, keepsCompatible: Bool) {
    self.schemas = schemas
    self.keepsCompatible = keepsCompatible
  }

  func apply(_ header: String, _ record: StageRecord, fromKey: Bool) throws(StageFailure) {
    guard let names = record.headers.first(header, { self.names($0) }), !names.isEmpty else { return }
    if !record.value.isNull { try drop(names, .value, record) }
    if fromKey { try drop(names, .key, record) }
  }

  private func drop(_ names: Set<String>, _ side: RecordSide, _ record: StageRecord) throws(StageFailure) {
    guard let (payload, schema, fields) = try record.structure(side, for: "leaving fields out") else { return }
    let gone = fields.filter { names.contains($0.name) && (!keepsCompatible || $0.isOptional) }
    guard !gone.isEmpty else { return }
    let key = Key(schema: schema.number, names: names)
    let plan: StructPlan
    if let known = plans[key] {
      plan = known
    } else {
      var builder = StructBuilder(schema, fields, replacesNulls: true)
      for (index, field) in fields.enumerated() where !gone.contains(where: { $0.name == field.name }) {
        try builder.copy(index)
      }
      plan = try builder.plan(schemas, isOptional: schema.isOptional)
      if plans.count > 1000 { plans.removeAll() }
      plans[key] = plan
    }
    try plan.apply(to: payload, of: record)
  }

  /// The names in a header: a JSON list, or Kafka Connect's own form of one.
  private func names(_ value: UnsafeRawBufferPointer?) -> Set<String> {
    guard let value else { return [] }
    if value.elementsEqual(lastText) { return lastNames }
    lastText = Array(value)
    let json = try? JSONValue(parsing: value)
    let list = json?.array ?? json?["payload"]?.array
    lastNames = Set((list ?? []).compactMap(\.string))
    return lastNames
  }
}
