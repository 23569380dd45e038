/// How the values of record headers are written (`header.converter`).
public enum HeaderConverter: String, Sendable, CaseIterable {
  /// Texts as they are, structs as `{"id":100}`.
  case simple = "org.apache.kafka.connect.storage.SimpleHeaderConverter"
  /// Texts as they are, structs as `Struct{id=100}`.
  case string = "org.apache.kafka.connect.storage.StringConverter"
  /// JSON with its schema.
  case json = "org.apache.kafka.connect.json.JsonConverter"
}
