internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import JSON

extension StageField {
  /// The schema of a value that is not null as Kafka Connect has it, without default; nil: it has none for it.
  func connect(in schema: StageSchema) -> ConnectSchema? {
    do {
      var inner = try self.inner.standalone(in: schema.avro)
      inner.attributes["connect.default"] = nil
      return try ConnectSchema(avro: inner).required
    } catch { return nil }
  }
}
