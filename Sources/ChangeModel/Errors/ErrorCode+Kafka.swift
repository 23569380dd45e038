extension ErrorCode {
  /// No broker answers.
  public static let kafkaUnreachable = ErrorCode(
    3001, .target, "No Kafka broker can be reached, or none answers in time",
    "Check bootstrap.servers, security.protocol, the network and the brokers' state.")
  /// A property that librdkafka refuses.
  public static let kafkaConfiguration = ErrorCode(
    3002, .fatal, "A Kafka client property is not accepted",
    "Correct the property that the message names.")
  /// The broker refuses the login.
  public static let kafkaAuthentication = ErrorCode(
    3003, .fatal, "The Kafka broker refuses the login",
    "Check sasl.mechanism, sasl.username and sasl.password; SCRAM with Kafka 4 needs librdkafka 2.6.1 or newer.")
  /// TLS to a broker can't be set up.
  public static let kafkaTLS = ErrorCode(
    3004, .target, "TLS to the Kafka broker can't be set up",
    "Check ssl.ca.location, the client's certificate and the host name in the broker's certificate.")
  /// The principal lacks a right.
  public static let kafkaAuthorization = ErrorCode(
    3005, .fatal, "The Kafka principal may not do this",
    "Grant the right that the message names (topics, group, transactional id) and restart the connector.")
  /// A topic is not there.
  public static let kafkaTopicMissing = ErrorCode(
    3006, .target, "A Kafka topic does not exist",
    "Create the topic, set topic.creation.default.*, or allow the broker to create topics.")
  /// A topic could not be made.
  public static let kafkaTopicRefused = ErrorCode(
    3007, .fatal, "The Kafka broker refuses to create or change a topic",
    "Correct the partitions, replication factor or configuration that the message names, or create the topic by hand.")
  /// An administrative request failed.
  public static let kafkaAdministration = ErrorCode(
    3008, .target, "An administrative request to Kafka failed",
    "See what the broker says; it is tried again.")
  /// Another instance took the transactional id.
  public static let kafkaFenced = ErrorCode(
    3010, .fatal, "Another instance runs this connector and has fenced this one",
    "Stop one of the two, or give them different group.id values, then restart the connector.")
  /// The producer had to be made anew.
  public static let kafkaPositionMayDiffer = ErrorCode(
    3011, .target, "The outcome of a Kafka transaction is not known, so the stored position is read again",
    "Nothing needs to be done: the source goes on at the position that is stored in Kafka.")
  /// A record is larger than is allowed.
  public static let kafkaRecordTooLarge = ErrorCode(
    3012, .poison, "A record is larger than Kafka takes",
    "Raise producer.override.max.request.size and the topic's max.message.bytes; batch.size must not exceed the latter."
  )
  /// A record that the broker refuses for what it is.
  public static let kafkaRecordRefused = ErrorCode(
    3013, .poison, "The Kafka broker refuses a record",
    "Check the topic's settings, for instance that records of a compacted topic have keys.")
  /// A transaction failed several times.
  public static let kafkaTransactionAborted = ErrorCode(
    3014, .target, "A Kafka transaction was aborted three times",
    "See what the broker says; it is tried again from the stored position.")
  /// The broker refuses transactions with these settings.
  public static let kafkaTransactionRefused = ErrorCode(
    3015, .fatal, "The Kafka broker refuses the transactional producer's settings",
    "Keep transaction.timeout.ms below the broker's transaction.max.timeout.ms.")
  /// The stored source offset can't be read now.
  public static let kafkaStoredOffsetUnreadable = ErrorCode(
    3016, .target, "The stored source offset can't be read from Kafka",
    "Check the offsets topic and its brokers; it is tried again, and nothing starts without it.")
  /// A topic could not be read to its end.
  public static let kafkaTopicUnreadable = ErrorCode(
    3017, .target, "A Kafka topic can't be read to its end",
    "Check the topic and its brokers, and whether a transaction hangs in it; it is tried again.")
  /// A committed transaction lacks a receipt.
  public static let kafkaDeliveryUnproven = ErrorCode(
    3018, .fatal, "A committed Kafka transaction lacks the receipt of a record",
    "Compare the topics with the source before going on; please report this with the log.")
  /// The offset to go on from is gone.
  public static let kafkaOffsetGone = ErrorCode(
    3020, .fatal, "The topic no longer has the offset to go on from",
    "Records were deleted before they were read: set the offset anew, or rebuild the target.")
  /// The consumer group refuses or loses this member.
  public static let kafkaGroup = ErrorCode(
    3021, .target, "The Kafka consumer group refuses this member or has lost it",
    "It joins again; if this goes on, raise max.poll.interval.ms or session.timeout.ms.")
  /// The committed offset can't be read or written now.
  public static let kafkaCommittedOffset = ErrorCode(
    3022, .target, "The group's committed offset can't be read or written",
    "Check the group's coordinator; it is tried again, and nothing starts without it.")
  /// An error that has no class of its own.
  public static let kafkaUnexpected = ErrorCode(
    3099, .target, "The Kafka client reports an error",
    "See what the client says; it is tried again.")

  static let kafka: [ErrorCode] = [
    kafkaUnreachable, kafkaConfiguration, kafkaAuthentication, kafkaTLS, kafkaAuthorization, kafkaTopicMissing,
    kafkaTopicRefused, kafkaAdministration, kafkaFenced, kafkaPositionMayDiffer, kafkaRecordTooLarge,
    kafkaRecordRefused, kafkaTransactionAborted, kafkaTransactionRefused, kafkaStoredOffsetUnreadable,
    kafkaTopicUnreadable, kafkaDeliveryUnproven, kafkaOffsetGone, kafkaGroup, kafkaCommittedOffset, kafkaUnexpected,
  ]
}
