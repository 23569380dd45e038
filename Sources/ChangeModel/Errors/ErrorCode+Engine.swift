extension ErrorCode {
  /// Something that should not be.
  public static let unexpected = ErrorCode(
    6001, .fatal, "An error that has no code of its own.",
    "Report it with the log lines around it; restart the connector to try again.")
  /// The state directory or the configuration topic can't be used.
  public static let stateUnusable = ErrorCode(
    6002, .fatal, "Configurations or offsets can't be kept.",
    "Make the state directory writable and its files whole, or restore them.")
  /// A task did not stop in time.
  public static let stopTimedOut = ErrorCode(
    6004, .target, "A task did not end within its time.",
    "Look at what it waits for in the log; restart cdcd if it stays so.")

  /// A file of connectors.directory was not applied.
  public static let badConnectorFile = ErrorCode(
    6005, .fatal, "A file of connectors.directory could not be applied.",
    "Mend the file; it is applied at the next start.")

  /// An offset in a request that is none.
  public static let badOffset = ErrorCode(
    6006, .poison, "An offset in a request can't be used.", "Write it as GET /connectors/{name}/offsets shows it.")

  /// A file of topics that can't be used.
  public static let badTopicFile = ErrorCode(
    6007, .poison, "A file of topics can't be applied.",
    "Correct the named places; `cdcctl topic apply -f FILE --dry-run` shows what it would do.")

  static let engine: [ErrorCode] = [
    unexpected, stateUnusable, stopTimedOut, badConnectorFile, badOffset, badTopicFile,
  ]
}
