internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import JSON
internal import Pipeline
internal import Telemetry

/// Puts what a source's stages refuse into its dead letter topic, in the Kafka transaction of the other records: a refused
/// change is neither lost nor there twice. It belongs to the receiver's thread.
final class SourceDeadLetters {
  private let connector: String
  private let policy: FailurePolicy
  private let meter: FailureMeter
  /// The newest offset, and how many dead letters it names.
  private var offset = JSONObject()
  private var offsetText = ""
  private var count = 0

  init(connector: String, policy: FailurePolicy, meter: FailureMeter) {
    self.connector = connector
    self.policy = policy
    self.meter = meter
  }

  /// Takes refused records, or throws the error of the first one that may not be passed over.
  func refuse(
    _ rejections: [Rejection], _ raw: RecordBatch, _ records: RecordBatch, _ pipeline: SourcePipeline
  ) throws(CDCError) {
    let isTaken: (Rejection) -> Bool = {
      $0.error.code.failureClass == .poison || $0.error.code.failureClass == .record
    }
    if let stop = rejections.first(where: { !self.policy.isTolerant || !isTaken($0) }) { throw stop.error }
    note(raw.endOffset)
    for rejection in rejections {
      guard let topic = policy.deadLetterTopic else {
        meter.dropped(rejection.error)
        continue
      }
      try add(rejection, raw, to: records, topic, pipeline)
      meter.deadLetter(rejection.error)
      if policy.logs {
        meter.log.warn("a record goes to the dead letter topic: \(rejection.error.description)")
      }
    }
  }

  /// Dead letters are told apart by the offset behind their batch and a number of their own.
  private func note(_ end: SourceOffset?) {
    guard let end, end.value != offsetText else { return }
    offsetText = end.value
    offset = (try? JSONValue(parsing: end.value))?.object ?? JSONObject()
    count = 0
  }

  private func add(
    _ rejection: Rejection, _ raw: RecordBatch, to records: RecordBatch, _ topic: String, _ pipeline: SourcePipeline
  ) throws(CDCError) {
    let source = raw.records[rejection.record]
    var made = Record(topic: pipeline.topicNumber(topic))
    made.timestamp = source.timestamp
    let (key, _) = try payload(source, isKey: true, raw, records, pipeline)
    let (value, isJSON) = try payload(source, isKey: false, raw, records, pipeline)
    made.key = key
    made.value = value
    let start = records.bytes.count
    if source.headers.isPresent { records.bytes.append(raw.bytes[source.headers]) }
    if source.headerSet >= 0 {
      for header in raw.headerSets[Int(source.headerSet)] { append(header.name, header.value, records) }
    }
    count += 1
    var place = offset
    place["cdc_record"] = .integer(count)
    let origin = DeadLetterOrigin(topic: raw.topics[Int(source.topic)], partition: nil, offset: .object(place))
    let reason = DeadLetterReason(connector: connector, task: 0, describes: policy.describes)
    for (name, value) in reason.headers(rejection, of: origin, attempt: 0) { append(name, value, records) }
    if isJSON { append("cdc.errors.value.format", Array("json".utf8), records) }
    made.headers = ByteRange(offset: start, count: records.bytes.count - start)
    records.records.append(made)
  }

  /// A key or value as the converter would have written it; as JSON where that can't.
  private func payload(
    _ source: Record, isKey: Bool, _ raw: RecordBatch, _ records: RecordBatch, _ pipeline: SourcePipeline
  ) throws(CDCError) -> (ByteRange, isJSON: Bool) {
    let start = records.bytes.count
    do throws(CDCError) {
      return (try pipeline.appendPlain(source, isKey: isKey, to: &records.bytes), false)
    } catch {
      guard error.code.failureClass != .target else { throw error }
      records.bytes.truncate(to: start)
    }
    let bytes = raw.bytes[isKey ? source.key : source.value]
    let id = Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: Int32.self))
    let codec: ValueCodec
    let text: [UInt8]
    do {
      codec = try ValueCodec(pipeline.registrar.schema(id: id))
      text = try codec.decode(UnsafeRawBufferPointer(rebasing: bytes[5...])).utf8
    } catch { throw CDCError(wrapping: error) }
    records.bytes.append(text)
    return (ByteRange(offset: start, count: text.count), true)
  }

  private func append(_ name: String, _ value: [UInt8]?, _ records: RecordBatch) {
    guard let value else { return HeaderList.append(name: name, value: nil, to: &records.bytes) }
    value.withUnsafeBytes { HeaderList.append(name: name, value: $0, to: &records.bytes) }
  }
}
