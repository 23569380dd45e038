public import ChangeModel
internal import Settings

/// Kafka Connect's `RegexRouter`: a topic whose whole name matches is renamed.
public final class RegexRouter: Stage {
  static let definition = ConfigDefinition(
    StageKeys.shared + [
      KeyDefinition("regex", required: true, importance: .high, "Pattern that a topic's whole name must match."),
      KeyDefinition(
        "replacement", required: true, importance: .high, "The new name; `$1` stands for the pattern's first group."),
    ])

  private let pattern: JavaPattern
  private let replacement: JavaReplacement

  /// A router by a Java pattern and replacement. Throws a `PatternProblem`.
  init(regex: String, replacement: String) throws(PatternProblem) {
    pattern = try JavaPattern(regex)
    self.replacement = try pattern.replacement(replacement)
  }

  /// The topic's new name, or the old one where it does not match.
  public func route(_ topic: String) throws(CDCError) -> String {
    guard try pattern.matches(topic) else { return topic }
    return try pattern.replaceFirst(in: topic, with: replacement)
  }
}
