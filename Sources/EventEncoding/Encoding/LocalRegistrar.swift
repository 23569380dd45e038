public import Avro
public import ChangeModel

/// Gives schemas numbers of its own, without a registry: for records that go through stages before they are written. It belongs to one
/// thread.
public final class LocalRegistrar: SchemaRegistrar, SchemaSource {
  private var schemas: [Schema] = []
  private var numbers: [Schema: Int32] = [:]

  /// No schemas yet.
  public init() {}

  /// The number of a schema, from 1 on; the subject plays no part.
  public func id(subject: String, schema: Avro.Schema) throws(CDCError) -> Int32 {
    if let known = numbers[schema] { return known }
    schemas.append(schema)
    let number = Int32(schemas.count)
    numbers[schema] = number
    return number
  }

  /// The schema with a number.
  public func schema(id: Int32) throws(CDCError) -> Schema {
    guard id > 0, Int(id) <= schemas.count else {
      throw CDCError(.schemaUnknown, "the encoder has no schema \(id)")
    }
    return schemas[Int(id) - 1]
  }
}
