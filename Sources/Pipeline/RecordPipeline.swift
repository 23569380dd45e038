public import ChangeModel
public import EventEncoding

/// The stages of one task, in order: it takes batches of records through them. It belongs to its task's thread.
///
/// A payload that no stage looks into keeps its bytes; one that a stage changed is in Confluent's wire format with an id
/// that `keySchemas` or `valueSchemas` resolves.
public final class RecordPipeline {
  /// What a pipeline is made for.
  public struct Setup {
    /// Whether its records were consumed (a sink's) or are about to be produced (a source's).
    public var isSink: Bool
    /// How keys come in.
    public var keyFormat: RecordFormat
    /// How values come in.
    public var valueFormat: RecordFormat
    /// The registry of the keys' converter.
    public var keySchemas: any SchemaSource
    /// The registry of the values' converter.
    public var valueSchemas: any SchemaSource
    /// How stages write headers.
    public var headerConverter = HeaderConverter.simple
    /// The folder of the engine's configuration, for files that stages name; empty: the working folder.
    public var folder = ""
    /// The latest schema of a subject in the values' registry, for `validate`.
    public var latest: SubjectCheck.Latest

    /// For records of these formats; `latest` throws if it isn't given.
    public init(
      isSink: Bool, keyFormat: RecordFormat = .avro, valueFormat: RecordFormat = .avro, keySchemas: any SchemaSource,
      valueSchemas: any SchemaSource,
      latest: @escaping SubjectCheck.Latest = { subject throws(CDCError) in
        throw CDCError(.schemaUnknown, "there is no registry to look for the subject \(subject)")
      }
    ) {
      self.isSink = isSink
      self.keyFormat = keyFormat
      self.valueFormat = valueFormat
      self.keySchemas = keySchemas
      self.valueSchemas = valueSchemas
      self.latest = latest
    }
  }

  /// The format of the keys behind the stages: Avro where a stage looks into keys, else as they came.
  public let keyFormat: RecordFormat
  /// The format of the values behind the stages.
  public let valueFormat: RecordFormat
  /// Resolves the schema ids of the keys behind the stages.
  public let keySchemas: any SchemaSource & Sendable
  /// Resolves the schema ids of the values behind the stages.
  public let valueSchemas: any SchemaSource & Sendable

  private let steps: [StageStep]
  private let counting: [any RecordStage]
  private let reads: RecordSides
  private let converts: RecordSides
  private let table: SchemaTable
  let record: StageRecord
  private let output = RecordBatch()
  private var topicMap: [Int32] = []
  private var mappedTopics: [String] = []

  init(_ steps: [StageStep], _ setup: Setup, _ table: SchemaTable, _ topics: TopicTable) {
    self.steps = steps
    counting = steps.map(\.stage).filter(\.isCounting)
    self.table = table
    let sides = steps.reduce(into: RecordSides()) { $0.formUnion($1.sides(setup)) }
    reads = sides
    var converts = RecordSides()
    if sides.contains(.key), setup.keyFormat != .avro { converts.insert(.key) }
    if sides.contains(.value), setup.valueFormat != .avro { converts.insert(.value) }
    self.converts = converts
    keyFormat = sides.contains(.key) ? .avro : setup.keyFormat
    valueFormat = sides.contains(.value) ? .avro : setup.valueFormat
    keySchemas = PipelineSchemas(table, setup.keySchemas)
    valueSchemas = PipelineSchemas(table, setup.valueSchemas)
    record = StageRecord(
      key: StagePayload(.key, PayloadReader(.key, setup.keyFormat, table, setup.keySchemas)),
      value: StagePayload(.value, PayloadReader(.value, setup.valueFormat, table, setup.valueSchemas)),
      topics: topics, isConsumed: setup.isSink)
  }

  /// Nothing to do: the batch can be used as it is.
  public var isEmpty: Bool { steps.isEmpty }

  /// How often records broke each rule, by rule, over all stages `validate`.
  public var violations: [String: Int] {
    counting.reduce(into: [:]) { sums, stage in sums.merge(stage.violations) { $0 + $1 } }
  }

  /// Takes a batch through the stages.
  ///
  /// Returns records one for one by index: same partition and offset, `topic` the routed one and `consumed` the one
  /// it came from; dropped and failed ones are `isExcluded`. The batch is the pipeline's own and valid until the next
  /// call. Throws what is no record's fault (the registry doesn't answer): then the batch must come again.
  public func process(_ batch: RecordBatch) throws(CDCError) -> (batch: RecordBatch, rejections: [Rejection]) {
    guard !isEmpty else { return (batch, []) }
    mapTopics(of: batch)
    output.reset()
    output.endOffset = batch.endOffset
    output.isFollowed = batch.isFollowed
    output.counts = batch.counts
    output.oldestCommitMicroseconds = batch.oldestCommitMicroseconds
    output.headerSets = batch.headerSets
    // One copy of all bytes is far cheaper than one per record, and records that nobody changes keep their ranges.
    output.bytes.append(batch.bytes.bytes)
    output.records.reserveCapacity(batch.records.count)
    var rejections: [Rejection] = []
    for index in batch.records.indices {
      let source = batch.records[index]
      let consumed = topicMap[Int(source.consumedTopic)]
      var result = source
      result.topic = topicMap[Int(source.topic)]
      if !source.isExcluded {
        record.take(source, topic: result.topic, of: batch)
        if let rejection = try run(index, batch) {
          result.isExcluded = true
          rejections.append(rejection)
        } else {
          finish(&result)
        }
      }
      result.consumed = consumed == result.topic ? -1 : consumed
      output.records.append(result)
    }
    output.topics = record.topics.names
    return (output, rejections)
  }

  /// The schema with an id of the pipeline's own; nil: the id is a registry's.
  func ownSchema(id: Int32) -> StageSchema? { table.number(ofID: id).map { table.schemas[Int($0)] } }

  /// Takes the record at hand through the stages.
  private func run(_ index: Int, _ batch: RecordBatch) throws(CDCError) -> Rejection? {
    var at = 0
    do throws(StageFailure) {
      try convert()
      while at < steps.count {
        try steps[at].apply(record)
        if record.isDropped { return nil }
        at += 1
      }
      return nil
    } catch {
      return try rejection(index, error, at < steps.count ? steps[at].stage.className : "", batch)
    }
  }

  /// Reads what has to be in another format behind the stages, and ids that could be mistaken for the pipeline's own.
  private func convert() throws(StageFailure) {
    if converts.contains(.key) { try record.key.read() }
    if converts.contains(.value) { try record.value.read() }
    if keyFormat == .avro, let wire = record.key.wire, wire.count >= 5, wire[1] >= 0x80 { try record.key.read() }
    if valueFormat == .avro, let wire = record.value.wire, wire.count >= 5, wire[1] >= 0x80 { try record.value.read() }
  }

  private func finish(_ result: inout Record) {
    result.topic = record.topic
    if record.isDropped {
      result.isExcluded = true
      return
    }
    if record.key.isChanged { result.key = append(record.key.output) }
    if record.value.isChanged { result.value = append(record.value.output) }
    if record.headers.isChanged {
      result.headers = append(record.headers.output)
      result.headerSet = -1
    }
  }

  private func append(_ bytes: UnsafeRawBufferPointer?) -> ByteRange {
    guard let bytes else { return .none }
    let start = output.bytes.count
    output.bytes.append(bytes)
    return ByteRange(offset: start, count: bytes.count)
  }

  private func rejection(
    _ index: Int, _ failure: StageFailure, _ className: String, _ batch: RecordBatch
  ) throws(CDCError) -> Rejection {
    let source = batch.records[index]
    let place =
      "topic \(batch.topics[Int(source.consumedTopic)]), partition \(source.partition), offset \(source.offset)"
    func located(_ error: CDCError, _ what: String) -> CDCError {
      let at = record.isConsumed ? " (\(what)\(place))" : " (\(what)topic \(batch.topics[Int(source.topic)]))"
      return CDCError(error.code, error.message + at, cause: error.cause)
    }
    switch failure {
    case .batch(let error): throw error
    case .record(let error, let pointer, let rule):
      return Rejection(
        record: index, error: located(error, "\(className), "), stage: .transformation, className: className,
        pointer: pointer, rule: rule)
    case .converter(let error, let isKey):
      let format = isKey ? record.key.format : record.value.format
      return Rejection(
        record: index, error: located(error, ""), stage: isKey ? .keyConverter : .valueConverter,
        className: format.className)
    }
  }

  /// The batch's topics by the pipeline's numbers.
  private func mapTopics(of batch: RecordBatch) {
    guard batch.topics != mappedTopics || topicMap.isEmpty else { return }
    mappedTopics = batch.topics
    topicMap = batch.topics.map { record.topics.number(of: $0) }
  }
}
