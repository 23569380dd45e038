public import Avro
public import ChangeModel

/// Where schemas come from by their id in a registry.
public protocol SchemaSource: AnyObject {
  /// The schema with this id. Throws a `CDCError`: of class `target` where the registry can't be reached.
  func schema(id: Int32) throws(CDCError) -> Schema
}

/// A schema with the layouts compiled from it.
final class EventLayout {
  /// The schema.
  let schema: Schema
  /// The fields of a row; of an envelope, its row's; of a key, the key's.
  let row: RowLayout
  /// The envelope around the row, if it is one.
  let envelope: EnvelopeLayout?
  /// Whether the schema is no record but one value: the only field, without a name.
  let isPrimitive: Bool
  /// Its number in `DecodedBatch.layouts`.
  let number: Int32

  init(_ schema: Schema, number: Int32) {
    let reading = SchemaReading(schema)
    self.schema = schema
    self.number = number
    envelope = EnvelopeLayout(schema, reading)
    isPrimitive = schema.record == nil
    if let envelope {
      row = envelope.row
    } else if let record = schema.record {
      row = RowLayout(name: record.fullName, fields: record.fields.map { ($0.name, $0.schema) }, reading)
    } else {
      row = RowLayout(name: "", fields: [("", schema)], reading)
    }
  }
}
