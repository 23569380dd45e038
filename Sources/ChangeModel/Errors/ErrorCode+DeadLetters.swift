extension ErrorCode {
  /// There is no such dead letter, or no topic of dead letters of this name.
  public static let deadLetterMissing = ErrorCode(
    6101, .poison, "There is no such dead letter.", "`cdcctl dlq list --all` shows what there is.")
  /// A pointer or a value of an edit does not fit.
  public static let deadLetterEdit = ErrorCode(
    6102, .poison, "A dead letter can't be changed as asked.",
    "Address the value as `cdcctl dlq show` prints it, and give what its schema takes; `--dry-run` tries it.")
  /// The place that a dead letter would go to is not there.
  public static let deadLetterTarget = ErrorCode(
    6103, .poison, "A dead letter can't go where it is to be replayed to.",
    "Choose another place with --to, make the topic, or discard the dead letter.")
  /// The connector whose dead letters these are is gone.
  public static let deadLetterConnectorGone = ErrorCode(
    6104, .poison, "The connector that a dead letter is to be replayed to does not exist.",
    "Create the connector again, or replay with --to topic.")
  /// Somebody replays or discards dead letters of the same topic.
  public static let deadLetterBusy = ErrorCode(
    6105, .target, "Dead letters of this topic are being replayed or discarded.", "Wait until that is done.")
  /// A request about dead letters that can't be understood.
  public static let deadLetterRequest = ErrorCode(
    6106, .poison, "A request about dead letters can't be understood.", "Correct the named option.")
  /// An earlier dead letter of the key stays where it is.
  public static let deadLetterHeld = ErrorCode(
    6107, .poison, "A dead letter stays because an earlier one of its key could not be replayed.",
    "Mend or discard the earlier one first, so that the order of the key holds.")
  /// A record can't be put away.
  public static let deadLetterRefused = ErrorCode(
    6108, .fatal, "Kafka does not take a record that was to be put away.",
    "Check the dead letter topic: its replication factor, its max.message.bytes, and the rights to write it; then restart"
      + " the connector, which goes on at that record.")
  /// A replayed record may be older than what was written.
  public static let replayTooLate = ErrorCode(
    6109, .poison, "A replayed record came too late: it can't be told whether newer ones of its key were written.",
    "Replay it with --to topic if its content is to be the newest of its key; otherwise discard it.")

  static let deadLetters: [ErrorCode] = [
    deadLetterMissing, deadLetterEdit, deadLetterTarget, deadLetterConnectorGone, deadLetterBusy, deadLetterRequest,
    deadLetterHeld, deadLetterRefused, replayTooLate,
  ]
}
