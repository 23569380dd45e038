internal import Synchronization

/// Sentences that a connector's tasks have for its status, each once.
final class Notices: Sendable {
  private static let limit = 50
  private let sentences = Mutex<[String]>([])

  /// Keeps a sentence that is new.
  func add(_ sentence: String) {
    sentences.withLock { if !$0.contains(sentence) && $0.count < Self.limit { $0.append(sentence) } }
  }

  /// All so far.
  var all: [String] { sentences.withLock { $0 } }
}
