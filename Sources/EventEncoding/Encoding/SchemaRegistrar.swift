public import Avro
public import ChangeModel

/// Gives schemas their ids in a registry. Asked once per table version, never per row.
public protocol SchemaRegistrar: AnyObject {
  /// The id of a schema under a subject, registered if so configured. Throws a `CDCError` of class `target` if another
  /// try may help.
  func id(subject: String, schema: Avro.Schema) throws(CDCError) -> Int32
}
