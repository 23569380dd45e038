internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import SchemaRegistry

/// A registry's client as the encoder and the decoder want it.
final class RegistrySchemas: SchemaRegistrar, SchemaSource, Sendable {
  private let client: RegistryClient
  private let registrar: RegistryRegistrar

  /// `converter` are the converter's keys without their prefix.
  init(converter: [(name: String, value: String)], registers: Bool = true, usesLatest: Bool = false) throws(CDCError) {
    client = RegistryClient(try RegistryOptions(converter: converter))
    registrar = RegistryRegistrar(client, registers: registers, usesLatest: usesLatest)
  }

  /// What a converter needs: a registry for Avro, nothing otherwise.
  static func registrar(_ converter: ConverterConfig) throws(CDCError) -> RegistrySchemas? {
    guard converter.format == .avro else { return nil }
    return try RegistrySchemas(
      converter: converter.options, registers: converter.registersSchemas, usesLatest: converter.usesLatestVersion)
  }

  /// The id that a record carries.
  func id(subject: String, schema: Schema) throws(CDCError) -> Int32 {
    try registrar.id(subject: subject, schema: schema)
  }

  func schema(id: Int32) throws(CDCError) -> Schema { try client.schema(id: id) }

  /// The latest schema of a subject.
  func latest(subject: String) throws(CDCError) -> Schema { try client.latest(subject: subject).schema }
}

/// Stands where no schemas are needed: converters that carry them in the record, or have none.
final class NoSchemas: SchemaSource, Sendable {
  func schema(id: Int32) throws(CDCError) -> Schema {
    throw CDCError(.schemaUnknown, "the converter has no schema registry to look for schema \(id)")
  }
}
