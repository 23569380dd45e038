/// Violations by rule since the start, for `cdc_validation_violations_total{connector,rule}`. Rules come from schemas, so
/// that there are few.
public struct ValidationCounts: Sendable {
  /// The count of each rule.
  public private(set) var byRule: [String: Int] = [:]

  /// No violations yet.
  public init() {}

  mutating func count(_ violations: [Violation]) {
    for violation in violations { byRule[violation.rule, default: 0] += 1 }
  }
}
