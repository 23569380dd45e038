internal import ChangeModel
internal import Settings

/// What a connector does about records that fail: its error keys.
///
/// | class of the error | what happens |
/// |---|---|
/// | `target` | the batch waits, consumption pauses (`SinkTask`) |
/// | `record` | the record goes through the retry tiers, or without them is tried in place for `retryTimeout`; then it is poison |
/// | `poison` | `errors.tolerance=none`: the task stops at it; `all`: it goes to the dead letter topic |
/// | `fatal` | the task stops |
struct FailurePolicy: Sendable {
  /// `errors.tolerance` is `all`.
  var isTolerant = false
  /// How long a record is tried in place, in milliseconds; nil: without end.
  var retryTimeout: Int64? = 0
  /// The longest wait between two tries in place.
  var longestDelay: Duration = .seconds(60)
  /// The retry tiers, in order.
  var tiers: [RetryTier] = []
  /// Whether later records of a waiting record's key wait behind it.
  var keepsKeyOrder = true
  /// The topic of dead letters; nil: records are dropped where they are tolerated.
  var deadLetterTopic: String?
  /// Its replicas where it has to be made.
  var deadLetterReplicas: Int32 = 3
  /// Whether dead letters tell in headers what happened.
  var describes = true
  /// Whether records that are put away are logged, and whether with their place.
  var logs = false
  var logsPlaces = false

  init() {}

  /// Reads the keys; they were checked before.
  init(_ config: ParsedConfig) {
    isTolerant = config.string("errors.tolerance") == "all"
    let timeout = Int64(config.int("errors.retry.timeout"))
    retryTimeout = timeout < 0 ? nil : timeout
    longestDelay = config.milliseconds("errors.retry.delay.max.ms")
    tiers = config.list("errors.retry.tiers").compactMap { RetryTier($0) }
    keepsKeyOrder = config.bool("errors.retry.key.order")
    deadLetterTopic = config.optional("errors.deadletterqueue.topic.name")
    deadLetterReplicas = Int32(config.int("errors.deadletterqueue.topic.replication.factor"))
    describes = config.bool("errors.deadletterqueue.context.headers.enable")
    logs = config.bool("errors.log.enable")
    logsPlaces = config.bool("errors.log.include.messages")
  }

  /// The tier behind `tier` (-1: none was tried yet); nil: there is none.
  func next(after tier: Int) -> Int? { tier + 1 < tiers.count ? tier + 1 : nil }
}
