/// How the bytes of keys or values are written: the converter that wrote them.
public enum RecordFormat: Sendable, Hashable {
  /// Confluent's Avro converter: a zero byte, the schema's id, Avro.
  case avro
  /// Kafka Connect's JSON converter with `schemas.enable`: an object of `schema` and `payload`.
  case json
  /// Kafka Connect's JSON converter without schemas.
  case jsonWithoutSchema
  /// The string converter: UTF-8.
  case string
  /// The byte array converter.
  case bytes

  /// The format of a converter class; `schemasEnable` is its key `schemas.enable`. Nil: the class is not known.
  public init?(converter: String, schemasEnable: Bool) {
    switch converter {
    case "io.confluent.connect.avro.AvroConverter": self = .avro
    case "org.apache.kafka.connect.json.JsonConverter": self = schemasEnable ? .json : .jsonWithoutSchema
    case "org.apache.kafka.connect.storage.StringConverter": self = .string
    case "org.apache.kafka.connect.converters.ByteArrayConverter": self = .bytes
    default: return nil
    }
  }

  /// The converter's class.
  public var className: String {
    switch self {
    case .avro: "io.confluent.connect.avro.AvroConverter"
    case .json, .jsonWithoutSchema: "org.apache.kafka.connect.json.JsonConverter"
    case .string: "org.apache.kafka.connect.storage.StringConverter"
    case .bytes: "org.apache.kafka.connect.converters.ByteArrayConverter"
    }
  }
}
