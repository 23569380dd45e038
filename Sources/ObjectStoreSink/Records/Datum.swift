internal import ChangeModel

/// A record's key or value as its converter hands it on. The bytes stay where they are; valid until the next one of the
/// same reader.
struct Datum {
  enum Kind {
    /// No value.
    case null
    /// A value of `schema` in Avro's binary form.
    case avro
    /// UTF-8 of the string converter.
    case text
    /// Bytes of the byte array converter.
    case bytes
    /// A JSON document without a schema.
    case json
  }

  var kind: Kind
  var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
  /// Of Avro: its schema.
  var schema: KnownSchema?

  static var null: Datum { Datum(kind: .null) }
}

/// What is wrong with a record: the error's code, the end of a sentence that begins with the record's place, and where
/// Kafka Connect would have met it.
struct RecordRefusal: Error {
  var code: ErrorCode
  var text: String
  var stage: RejectionStage
  var className: String

  /// The task's own complaint.
  static func task(_ code: ErrorCode, _ text: String) -> RecordRefusal {
    RecordRefusal(code: code, text: text, stage: .taskPut, className: "io.confluent.connect.s3.S3SinkTask")
  }
}

/// Why a record can't go on.
enum RecordTrouble: Error {
  /// It is the record's own fault.
  case record(RecordRefusal)
  /// It is something else's, a registry's for instance.
  case other(CDCError)
}
