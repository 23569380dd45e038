internal import CRDKafka
internal import ChangeModel
internal import Flow

/// What a Kafka client last said about its connections. librdkafka retries for ever and its calls say only that time is
/// up; the reason (a wrong password, an unknown authority) comes here. Read from any thread.
public final class ClientStatus: @unchecked Sendable {
  /// Something that went wrong.
  public struct Problem: Sendable, Equatable {
    /// What it is.
    public var code: KafkaErrorCode
    /// What librdkafka says; never a secret.
    public var text: String
    /// When, in nanoseconds of the monotonic clock.
    public var at: Int64
  }

  private let lock = Lock()
  private var problem: Problem?
  private var problems = 0
  private var lastLog: String?

  /// Nothing was said yet.
  public init() {}

  /// The last problem since the client last succeeded; nil: none.
  public var lastProblem: Problem? { lock.withLock { problem } }

  /// How many problems were reported, all in all.
  public var problemCount: Int { lock.withLock { problems } }

  /// The last line of the library's log at level warning or above.
  public var lastLogLine: String? { lock.withLock { lastLog } }

  /// The client works again: the last problem is over.
  func succeeded() { lock.withLock { problem = nil } }

  func report(_ code: KafkaErrorCode, _ text: String) {
    lock.withLock {
      problems += 1
      let now = SystemTime.monotonicNanoseconds
      if let known = problem, isLessTelling(code, than: known, at: now) { return }
      problem = Problem(code: code, text: text, at: now)
    }
  }

  /// That all brokers are down is only the sum of what was said before, which says why; and a connection that is cut says
  /// less than that its certificate or password was refused.
  private func isLessTelling(_ code: KafkaErrorCode, than known: Problem, at now: Int64) -> Bool {
    if code == .allBrokersDown { return true }
    let isReason = known.code.errorCode == .kafkaAuthentication || known.code.errorCode == .kafkaTLS
    return isReason && code.errorCode == .kafkaUnreachable && now - known.at < Self.reasonHolds
  }

  /// How long a reason is not replaced by its consequences, in nanoseconds.
  private static let reasonHolds: Int64 = 30_000_000_000

  func log(_ line: String) { lock.withLock { lastLog = line } }

  /// The error for a call that failed with `code`: where the library knows a better reason, that one.
  func error(_ code: KafkaErrorCode, _ what: String, detail: String? = nil) -> CDCError {
    guard let known = lastProblem, code.errorCode == .kafkaUnreachable else { return code.error(what, detail: detail) }
    return known.code.error(what, detail: known.text)
  }
}
