internal import ChangeModel
internal import Flow

/// A source's live figures: written by its own thread, read by status and metrics.
final class ProgressBoard: @unchecked Sendable {
  private let lock = Lock()
  private var progress = SourceProgress()
  private var waiting: String?
  private var standing: [String] = []

  /// The figures now.
  var current: SourceProgress {
    lock.withLock {
      var copy = progress
      copy.notices = standing + (waiting.map { [$0] } ?? [])
      return copy
    }
  }

  func update(_ change: (inout SourceProgress) -> Void) { lock.withLock { change(&progress) } }

  /// What is waited for now; nil: nothing.
  func wait(for what: String?) { lock.withLock { waiting = what } }

  /// What stays true until the next start.
  func setNotices(_ notices: [String]) { lock.withLock { standing = notices } }
}
