extension ErrorCode {
  /// A record that a stage does not work on.
  public static let stageRecordUnfit = ErrorCode(
    8101, .poison, "A stage can't work on a record of this kind.",
    "Give the stage a predicate that passes only records it is for, or take it out of transforms.")
  /// A field that is not there, or there already.
  public static let stageField = ErrorCode(
    8102, .poison, "A stage needs a field that the record does not have, or adds one that it has.",
    "Correct the field's name in the stage's keys, or give the stage a predicate.")
  /// A value that can't be converted.
  public static let stageValue = ErrorCode(
    8103, .poison, "A value can't become what a stage is to make of it.",
    "Correct the row at its source, or the stage's type, format or replacement.")
  /// A schema that no stage can work on.
  public static let stageSchema = ErrorCode(
    8104, .poison, "The schema behind a stage can't be used.",
    "Give fields names that the converter allows (Avro: letters, digits, underscores) and records different names.")
  /// Keys of stages that can't be used together.
  public static let stageConfiguration = ErrorCode(
    8105, .fatal, "A stage can't be made of its keys.", "Correct the named key of the connector.")

  static let stages: [ErrorCode] = [stageRecordUnfit, stageField, stageValue, stageSchema, stageConfiguration]
}
