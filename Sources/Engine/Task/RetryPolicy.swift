internal import ChangeModel
internal import Flow

/// When a failed task is tried again: errors that may pass are, with growing waits; all others stop it.
struct RetryPolicy: Sendable {
  /// Tries in a row at most; nil: no limit.
  var maxRetries: Int?
  /// The longest wait between two tries.
  var longestWait: Duration

  /// What to do about an error.
  enum Verdict: Equatable {
    /// Try again after a wait.
    case retry
    /// The connector fails.
    case fail
  }

  /// The verdict on `error` after `attempts` failures in a row, this one included.
  func verdict(on error: CDCError, attempts: Int) -> Verdict {
    switch error.code.failureClass {
    case .target: maxRetries.map { attempts > $0 } ?? false ? .fail : .retry
    // A record's own tries are over when its error comes here.
    case .record, .poison, .fatal: .fail
    }
  }

  /// The waits: from a twentieth of the longest one, doubling.
  func backoff() -> Backoff {
    Backoff(first: min(.milliseconds(500), longestWait), cap: longestWait)
  }
}
