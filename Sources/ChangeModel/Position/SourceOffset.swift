/// A source's place in its log, in the form that is stored: Debezium's offset JSON, with our own keys as `cdc_…`.
public struct SourceOffset: Sendable, Hashable {
  /// The source partition as a JSON object, for instance `{"server":"crm"}`.
  public var partition: String
  /// The source offset as a JSON object.
  public var value: String
  /// The same place as a number that only grows, for metrics (PostgreSQL: the LSN).
  public var position: UInt64

  /// An offset.
  public init(partition: String, value: String, position: UInt64) {
    self.partition = partition
    self.value = value
    self.position = position
  }
}

/// Proof that everything up to an offset is durable downstream. Only this, never a plain offset, may be confirmed to a
/// source; so confirming a position before Kafka has it does not compile.
public struct DurablePosition: Sendable, Hashable {
  /// The durable offset.
  public let offset: SourceOffset

  /// To be called in one place only: behind the commit that made `offset` durable.
  package init(committed offset: SourceOffset) { self.offset = offset }
}
