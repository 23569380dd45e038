internal import Synchronization

/// Sentences that a connector's tasks have for its status, each once.
final class Notices: Sendable {
  private let limit: Int
  private let sentences = Mutex<[String]>([])

  /// Room for `limit` sentences; more are not kept.
  init(limit: Int = 50) { self.limit = limit }

  /// Keeps a sentence that is new.
  func add(_ sentence: String) {
    sentences.withLock { if !$0.contains(sentence) && $0.count < limit { $0.append(sentence) } }
  }

  /// All so far.
  var all: [String] { sentences.withLock { $0 } }
}
