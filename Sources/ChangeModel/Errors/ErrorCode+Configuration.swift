extension ErrorCode {
  /// A connector's configuration has problems.
  public static let invalidConfiguration = ErrorCode(
    1001, .fatal, "A connector's configuration has keys or values that can't be used.",
    "Correct the named keys and put the configuration again; `cdcctl connector validate -f FILE` checks it without storing it."
  )
  /// The engine's configuration file can't be read.
  public static let engineConfigurationUnreadable = ErrorCode(
    1002, .fatal, "The engine's configuration file can't be read.",
    "Name a readable file with `cdcd --config FILE`.")
  /// The engine's configuration has problems.
  public static let invalidEngineConfiguration = ErrorCode(
    1003, .fatal, "The engine's configuration has keys or values that can't be used.",
    "Correct the named keys in the configuration file or in the CDC_… environment variables.")
  /// A text is not YAML or JSON.
  public static let malformedDocument = ErrorCode(
    1004, .fatal, "A YAML or JSON text can't be parsed.",
    "Correct the text at the named line and column.")
  /// A regular expression took too many steps.
  public static let patternTooCostly = ErrorCode(
    1007, .fatal, "A regular expression needs too many steps for a name that it is tried on.",
    "Write the pattern without nested repetitions such as (a+)+.")
  /// An address can't be listened on.
  public static let listenFailed = ErrorCode(
    1008, .fatal, "An address can't be listened on.",
    "Choose a free port and an address of this machine, or stop the program that holds it.")

  static let configuration: [ErrorCode] = [
    invalidConfiguration, engineConfigurationUnreadable, invalidEngineConfiguration, malformedDocument,
    patternTooCostly, listenFailed,
  ]
}
