internal import ChangeModel
internal import Settings

/// Kafka Connect's `RegexRouter` inside of a sink that decodes envelopes: a topic whose whole name matches is renamed.
final class FusedRouter: Stage {
  private let pattern: JavaPattern
  private let replacement: JavaReplacement

  /// A router by a Java pattern and replacement. Throws a `PatternProblem`.
  init(regex: String, replacement: String) throws(PatternProblem) {
    pattern = try JavaPattern(regex)
    self.replacement = try pattern.replacement(replacement)
  }

  /// The topic's new name, or the old one where it does not match.
  func route(_ topic: String) throws(CDCError) -> String {
    guard try pattern.matches(topic) else { return topic }
    return try pattern.replaceFirst(in: topic, with: replacement)
  }
}
