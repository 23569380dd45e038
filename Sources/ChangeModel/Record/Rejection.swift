/// Where on its way a record failed; the raw values are Kafka Connect's words in `__connect.errors.stage`.
public enum RejectionStage: String, Sendable {
  /// The key's bytes can't be read or written.
  case keyConverter = "KEY_CONVERTER"
  /// The value's bytes can't be read or written.
  case valueConverter = "VALUE_CONVERTER"
  /// A header can't be read or written.
  case headerConverter = "HEADER_CONVERTER"
  /// A stage of the pipeline refuses it.
  case transformation = "TRANSFORMATION"
  /// The target refuses it.
  case taskPut = "TASK_PUT"
  /// The source can't hand it on.
  case taskPoll = "TASK_POLL"
}

/// A record of a batch that can't go on, and why.
public struct Rejection: Sendable {
  /// Its place in the batch.
  public var record: Int
  /// What is wrong. The class of its code says whether the record may pass later.
  public var error: CDCError
  /// Where it failed.
  public var stage: RejectionStage
  /// Kafka Connect's class of the converter, stage or task that failed.
  public var className: String
  /// The JSON pointer of the field in the decoded value; nil: no one field.
  public var pointer: String?
  /// The rule that it breaks; nil: none.
  public var rule: String?

  /// A rejection.
  public init(
    record: Int, error: CDCError, stage: RejectionStage, className: String, pointer: String? = nil, rule: String? = nil
  ) {
    self.record = record
    self.error = error
    self.stage = stage
    self.className = className
    self.pointer = pointer
    self.rule = rule
  }
}

/// Decides what becomes of records that can't be written.
public protocol RejectionHandler: AnyObject {
  /// Whether the record may be left out of the target once `park` took it. False: the sink writes what stands before
  /// it, offsets included, then throws the rejection's error.
  func accepts(_ rejection: Rejection, of batch: RecordBatch) -> Bool

  /// Puts records away. Called before the target's offsets move past them: when it returns, each is durable elsewhere
  /// or may be lost. It marks them, and those of the batch that have to wait behind them, as excluded (`isExcluded`).
  /// Throws what stops the task.
  func park(_ rejections: [Rejection], of batch: RecordBatch) throws(CDCError)
}

/// Leaves nothing out: the first record that can't be written stops the task.
public final class RejectNothing: RejectionHandler {
  /// A handler.
  public init() {}
  /// Never.
  public func accepts(_ rejection: Rejection, of batch: RecordBatch) -> Bool { false }
  /// Throws the first one's error.
  public func park(_ rejections: [Rejection], of batch: RecordBatch) throws(CDCError) {
    if let first = rejections.first { throw first.error }
  }
}
