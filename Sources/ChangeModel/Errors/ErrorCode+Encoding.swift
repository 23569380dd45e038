extension ErrorCode {
  /// A column's name that Avro does not allow as a field name.
  public static let fieldNameNotAllowed = ErrorCode(
    4100, .fatal, "A column's name is not allowed as a field name in Avro.",
    "Set field.name.adjustment.mode=avro, or leave the column out with column.exclude.list.")
  /// Two columns whose adjusted names are the same.
  public static let fieldNamesCollide = ErrorCode(
    4101, .fatal, "Two columns of a table get the same field name.",
    "Rename one of the columns, leave one out with column.exclude.list, or set field.name.adjustment.mode=none.")
  /// Two tables whose topic names are the same.
  public static let topicsCollide = ErrorCode(
    4102, .fatal, "Two tables fall on the same topic.",
    "Capture only one of the tables (table.include.list, table.exclude.list), or rename one.")
  /// A converter class that does not exist here or can't take these values.
  public static let converterNotUsable = ErrorCode(
    4103, .fatal, "A converter can't be used.",
    "Use io.confluent.connect.avro.AvroConverter or org.apache.kafka.connect.json.JsonConverter.")
  /// An Avro schema that Kafka Connect's model can't hold.
  public static let schemaNotUsable = ErrorCode(
    4104, .poison, "An Avro schema can't be used as a Kafka Connect schema.",
    "Register a schema without lone nulls and without records that contain themselves.")
  /// A row whose bytes are not what the table's schema says.
  public static let rowMalformed = ErrorCode(
    4105, .fatal, "A row's bytes do not fit its table.",
    "Restart the connector; if it comes again, report it with the table's definition.")

  /// With `use.latest.version`, a subject's latest schema that the events do not have.
  public static let latestSchemaDiffers = ErrorCode(
    4106, .fatal, "The latest schema of a subject is not the one of the table's events.",
    "Register the table's schema as the subject's latest version, or set auto.register.schemas=true.")

  static let encoding: [ErrorCode] = [
    fieldNameNotAllowed, fieldNamesCollide, topicsCollide, converterNotUsable, schemaNotUsable, rowMalformed,
    latestSchemaDiffers,
  ]
}
