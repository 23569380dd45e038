public import Avro
public import ChangeModel
public import SchemaRegistry

/// Gets ids from a registry as Confluent's converter does: it registers schemas (`auto.register.schemas`), or takes the
/// subject's latest version (`use.latest.version`), or only looks schemas up.
public final class RegistryRegistrar: SchemaRegistrar, Sendable {
  private let client: RegistryClient
  private let registers: Bool
  private let usesLatest: Bool

  /// A registrar with a converter's `auto.register.schemas`, which comes first, and `use.latest.version`.
  public init(_ client: RegistryClient, registers: Bool, usesLatest: Bool) {
    self.client = client
    self.registers = registers
    self.usesLatest = usesLatest
  }

  /// The id of a schema under a subject. Throws the registry's errors, and `latestSchemaDiffers` where the latest
  /// version would need other bytes than the event's schema.
  public func id(subject: String, schema: Avro.Schema) throws(CDCError) -> Int32 {
    if registers { return try client.register(subject: subject, schema: schema) }
    guard usesLatest else { return try client.lookUp(subject: subject, schema: schema) }
    let latest = try client.latest(subject: subject)
    guard EncodingForm(latest.schema) == EncodingForm(schema) else {
      throw CDCError(
        .latestSchemaDiffers, "the latest schema of \(subject) has other fields or types than the table's events")
    }
    return latest.id
  }
}

/// What of a schema decides its values' bytes: kinds, fields in order, branches; not names of records, defaults or
/// attributes.
struct EncodingForm: Equatable {
  private let text: String

  init(_ schema: Avro.Schema) {
    var named: [String: Avro.Schema] = [:]
    text = Self.text(schema, &named, [])
  }

  private static func text(
    _ schema: Avro.Schema, _ named: inout [String: Avro.Schema], _ open: Set<String>
  ) -> String {
    if let name = schema.fullName, schema.kind != .reference(name) { named[name] = schema }
    switch schema.kind {
    case .null: return "null"
    case .boolean: return "boolean"
    case .int: return "int"
    case .long: return "long"
    case .float: return "float"
    case .double: return "double"
    case .bytes: return "bytes"
    case .string: return "string"
    case .array(let items): return "[\(text(items, &named, open))]"
    case .map(let values): return "<\(text(values, &named, open))>"
    case .union(let branches): return "(\(branches.map { text($0, &named, open) }.joined(separator: "|")))"
    case .record(let record):
      let inner = open.union([record.fullName])
      return "{\(record.fields.map { "\($0.name):\(text($0.schema, &named, inner))" }.joined(separator: ","))}"
    case .enumeration(let enumeration): return "enum(\(enumeration.symbols.joined(separator: ",")))"
    case .fixed(let fixed): return "fixed(\(fixed.size))"
    case .reference(let name):
      guard !open.contains(name), let definition = named[name] else { return name }
      return text(definition, &named, open)
    }
  }
}
