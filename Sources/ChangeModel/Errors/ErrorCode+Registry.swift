extension ErrorCode {
  /// No registry answers.
  public static let registryUnreachable = ErrorCode(
    4001, .target, "The schema registry can't be reached or is busy.",
    "Check schema.registry.url and that the registry runs; the connector goes on by itself once it answers.")
  /// The registry does not let us in.
  public static let registryRefused = ErrorCode(
    4002, .fatal, "The schema registry refuses the connection or the login.",
    "Check the address, basic.auth.user.info and the certificates of the converter.")
  /// A schema that the registry does not take.
  public static let schemaRefused = ErrorCode(
    4003, .fatal, "The schema registry refuses a schema.",
    "Change the subject's compatibility level or delete the subject, then restart the connector.")
  /// A schema or subject that the registry does not have.
  public static let schemaUnknown = ErrorCode(
    4004, .poison, "The schema registry does not have a schema.",
    "Check that the converter's schema.registry.url is the registry that the record was written with.")
  /// An answer that makes no sense.
  public static let registryAnswer = ErrorCode(
    4005, .fatal, "The schema registry's answer can't be used.",
    "Check that schema.registry.url is a registry with Confluent's REST interface.")
  /// A key of the Avro converter that can't be obeyed.
  public static let converterKey = ErrorCode(
    4006, .fatal, "A key of the Avro converter can't be obeyed.", "Correct or remove the key.")

  /// The embedded registry's file can't be used.
  public static let registryStore = ErrorCode(
    4007, .fatal, "The embedded registry's file can't be used.",
    "Make the state directory writable, or restore or remove schemas.jsonl in it.")

  static let registry: [ErrorCode] = [
    registryUnreachable, registryRefused, schemaRefused, schemaUnknown, registryAnswer, converterKey,
    registryStore,
  ]
}
