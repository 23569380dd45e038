extension ErrorCode {
  /// A JSON Schema that can't be used.
  public static let validationSchema = ErrorCode(
    8001, .fatal, "A JSON Schema of a stage can't be used.",
    "Correct the schema at the named place, or name a readable file in schema.file, then restart the connector.")
  /// A record that breaks the rules of a schema.
  public static let validationFailed = ErrorCode(
    8002, .poison, "A record violates the schema of a stage.",
    "Correct the row at its source, or replay the dead letter with the field set or dropped.")
  /// A record whose writer's schema the reader's can't read.
  public static let validationReader = ErrorCode(
    8003, .poison, "A record's Avro schema can't be read with the latest schema of a subject.",
    "Register a schema under schema.subject that can read what is written, or correct the writer.")
  /// Bytes that are not a value of their schema.
  public static let validationUndecodable = ErrorCode(
    8004, .poison, "A record to validate is not a value of its Avro schema.",
    "Check that the converter is the one that wrote the topic; a broken record must be skipped.")

  static let validation: [ErrorCode] = [
    validationSchema, validationFailed, validationReader, validationUndecodable,
  ]
}
