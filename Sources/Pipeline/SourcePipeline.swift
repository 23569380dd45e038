internal import Avro
public import ChangeModel
public import EventEncoding

/// The stages of a source: between its encoder, which writes Avro with schemas by local numbers, and its converters, which
/// give the records their last form. It belongs to the receiver's thread.
public final class SourcePipeline {
  /// Takes records that a stage or a converter refused. `raw` are the records as the encoder wrote them; what is added to
  /// `records` is published in the same transaction as the others (a dead letter). Throws what stops the task.
  public typealias Refusal = (
    _ rejections: [Rejection], _ raw: RecordBatch, _ records: RecordBatch, _ pipeline: SourcePipeline
  ) throws(CDCError) -> Void

  /// Gives the encoder's schemas their local numbers.
  public let registrar = LocalRegistrar()
  /// What the encoder writes into; `pass` takes it from there.
  public let raw = RecordBatch()

  private let pipeline: RecordPipeline
  private let keys: PayloadWriter
  private let values: PayloadWriter
  private let refused: Refusal?
  private let topics = TopicTable()
  private var scratch = ByteBuffer(capacity: 1024)

  /// The stages of a plan, and what comes behind them. Without `refused` the first rejection's error stops the task.
  public init(
    _ plan: StagePlan, folder: String = "", headerConverter: HeaderConverter = .simple,
    key: ConverterConfig, value: ConverterConfig, keyRegistrar: (any SchemaRegistrar)?,
    valueRegistrar: (any SchemaRegistrar)?, latest: SubjectCheck.Latest? = nil,
    refused: Refusal? = nil
  ) throws(CDCError) {
    var setup = RecordPipeline.Setup(isSink: false, keySchemas: registrar, valueSchemas: registrar)
    setup.folder = folder
    setup.headerConverter = headerConverter
    if let latest { setup.latest = latest }
    pipeline = try plan.pipeline(setup)
    keys = PayloadWriter(key, isKey: true, registrar: keyRegistrar)
    values = PayloadWriter(value, isKey: false, registrar: valueRegistrar)
    self.refused = refused
  }

  /// How often records broke each rule of a stage `validate`.
  public var violations: [String: Int] { pipeline.violations }

  /// A converter as the encoder must have it: Avro, whatever comes behind the stages.
  public static func encoderConverter(for converter: ConverterConfig) -> ConverterConfig {
    var inner = ConverterConfig(.avro)
    inner.nullsBecomeDefaults = converter.nullsBecomeDefaults
    inner.checksNames = false
    return inner
  }

  /// Takes what is in `raw` through the stages and appends it to `records`; `raw` is empty then. Throws a `CDCError`: of
  /// class `target` when the registry can't be reached (try again). Then nothing was appended.
  public func pass(to records: RecordBatch) throws(CDCError) {
    let (batch, stageRejections) = try pipeline.process(raw)
    var rejections = stageRejections
    let (byteCount, recordCount) = (records.bytes.count, records.records.count)
    do throws(CDCError) {
      for (index, record) in batch.records.enumerated() where !record.isExcluded {
        if let rejection = try append(record, index, of: batch, to: records) { rejections.append(rejection) }
      }
      try refuse(rejections, records)
    } catch {
      records.bytes.truncate(to: byteCount)
      records.records.removeSubrange(recordCount...)
      throw error
    }
    for index in raw.counts.indices { records.counts[index] += raw.counts[index] }
    let oldest = raw.oldestCommitMicroseconds
    if oldest > 0, records.oldestCommitMicroseconds == 0 || oldest < records.oldestCommitMicroseconds {
      records.oldestCommitMicroseconds = oldest
    }
    if let offset = raw.endOffset { records.endOffset = offset }
    records.topics = topics.names
    records.headerSets = raw.headerSets
    raw.reset()
  }

  private func refuse(_ rejections: [Rejection], _ records: RecordBatch) throws(CDCError) {
    guard !rejections.isEmpty else { return }
    let ordered = rejections.sorted { $0.record < $1.record }
    if let refused { return try refused(ordered, raw, records, self) }
    throw ordered[0].error
  }

  /// Appends a record in its last form. A record that a converter can't write is returned as a rejection.
  private func append(
    _ record: Record, _ index: Int, of batch: RecordBatch, to records: RecordBatch
  ) throws(CDCError) -> Rejection? {
    var result = record
    result.topic = topics.number(of: batch.topics[Int(record.topic)])
    result.consumed = -1
    let start = records.bytes.count
    var isKey = true
    do throws(CDCError) {
      result.key = try append(record.key, of: batch, keys, topic: result.topic, to: &records.bytes)
      isKey = false
      result.value = try append(record.value, of: batch, values, topic: result.topic, to: &records.bytes)
    } catch {
      records.bytes.truncate(to: start)
      let isItsOwn = error.code.failureClass == .poison || error.code.failureClass == .record
      guard isItsOwn else { throw error }
      return Rejection(
        record: index, error: error, stage: isKey ? .keyConverter : .valueConverter,
        className: (isKey ? keys : values).format.className)
    }
    if record.headers.isPresent {
      let bytes = batch.bytes[record.headers]
      result.headers = ByteRange(offset: records.bytes.count, count: bytes.count)
      records.bytes.append(bytes)
    }
    records.records.append(result)
    return nil
  }

  private func append(
    _ range: ByteRange, of batch: RecordBatch, _ writer: PayloadWriter, topic: Int32, to out: inout ByteBuffer
  ) throws(CDCError) -> ByteRange {
    guard range.isPresent else { return .none }
    let bytes = batch.bytes[range]
    let id = Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: Int32.self))
    var body = UnsafeRawBufferPointer(rebasing: bytes[StagePayload.headBytes...])
    let schema = pipeline.ownSchema(id: id)
    if let schema, schema.isOptional {
      // What may be null is a union in a topic's schema.
      scratch.removeAll()
      scratch.append(schema.valueBranch)
      scratch.append(body)
      body = scratch.bytes
    }
    let start = out.count
    try writer.append(body, topic: topic, schema: id, to: &out) { () throws(CDCError) in
      if let schema { return (topics[topic], schema.wire) }
      return (topics[topic], try registrar.schema(id: id))
    }
    return ByteRange(offset: start, count: out.count - start)
  }

  /// Appends a record's key or value to `out` as the converters would have written it without stages, for dead letters;
  /// nothing where it is null.
  public func appendPlain(
    _ record: Record, isKey: Bool, to out: inout ByteBuffer
  ) throws(CDCError) -> ByteRange {
    let topic = topics.number(of: raw.topics[Int(record.topic)])
    return try append(isKey ? record.key : record.value, of: raw, isKey ? keys : values, topic: topic, to: &out)
  }

  /// The number of a topic in the records behind the stages, for records that a refusal adds.
  public func topicNumber(_ name: String) -> Int32 { topics.number(of: name) }
}
