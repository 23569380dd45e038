internal import Settings

/// A kind of condition: its class, its keys, and what makes one.
struct PredicateType: Sendable {
  let name: String
  let keys: [KeyDefinition]
  let make: @Sendable (ParsedConfig) throws(StageProblem) -> any RecordPredicate

  /// A condition of Kafka Connect's.
  init(
    _ name: String, _ keys: [KeyDefinition],
    _ make: @escaping @Sendable (ParsedConfig) throws(StageProblem) -> any RecordPredicate
  ) {
    self.name = "\(StageType.connect)predicates.\(name)"
    self.keys = keys
    self.make = make
  }
}
