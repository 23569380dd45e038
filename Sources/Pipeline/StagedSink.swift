public import ChangeModel

/// A sink with stages before it: it takes each batch through them, hands on what they refuse, and gives the sink the rest.
public final class StagedSink: RecordSink {
  private let sink: any RecordSink
  private let pipeline: RecordPipeline
  private let counted: (_ violations: [String: Int]) -> Void

  /// `counted` is told how often records broke each rule so far, after each batch, where a stage counts that.
  public init(
    _ sink: any RecordSink, behind pipeline: RecordPipeline,
    counted: @escaping (_ violations: [String: Int]) -> Void = { _ in }
  ) {
    self.sink = sink
    self.pipeline = pipeline
    self.counted = counted
  }

  /// As the sink does.
  public var keepsOffsets: Bool { sink.keepsOffsets }
  /// As the sink does.
  public var keepsRows: Bool { sink.keepsRows }

  /// Starts the sink.
  public func start() throws { try sink.start() }

  /// Gives the sink its partitions.
  public func assigned(_ partitions: [TopicPartition]) throws -> [TopicPartition: Int64] {
    try sink.assigned(partitions)
  }

  /// Takes them from it.
  public func revoked(_ partitions: [TopicPartition]) { sink.revoked(partitions) }

  /// Takes the records through the stages and hands them to the sink. Of a batch with a record that a stage refuses and
  /// nobody takes, those before it are written, then its error is thrown.
  public func write(_ batch: RecordBatch, rejected: any RejectionHandler) throws -> [TopicPartition: Int64] {
    let (staged, rejections) = try pipeline.process(batch)
    let violations = pipeline.violations
    if !violations.isEmpty { counted(violations) }
    guard !rejections.isEmpty else { return try sink.write(staged, rejected: rejected) }
    let stopping = rejections.first { !rejected.accepts($0, of: batch) }
    let taken = rejections.prefix { $0.record < stopping?.record ?? .max }
    if !taken.isEmpty {
      try rejected.park(Array(taken), of: batch)
      for index in batch.records.indices where batch.records[index].isExcluded {
        staged.records[index].isExcluded = true
      }
    }
    guard let stopping else { return try sink.write(staged, rejected: rejected) }
    staged.records.removeSubrange(stopping.record...)
    if !staged.records.isEmpty { _ = try sink.write(staged, rejected: rejected) }
    try sink.finish()
    throw stopping.error
  }

  /// What is due in the sink.
  public func tick() throws -> [TopicPartition: Int64] { try sink.tick() }

  /// Has the sink make durable what it took.
  public func finish() throws { try sink.finish() }

  /// Stops the sink.
  public func stop() { sink.stop() }
}
