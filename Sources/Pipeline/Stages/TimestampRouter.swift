internal import ChangeModel
internal import Settings

/// Kafka Connect's `TimestampRouter`: the topic's name is made of the topic and the record's time.
final class TimestampRouter: RecordStage {
  static let type = StageType.whole(
    "TimestampRouter",
    [
      KeyDefinition(
        "topic.format", default: "${topic}-${timestamp}", importance: .high,
        "The topic's name, with `${topic}` and `${timestamp}`."),
      KeyDefinition(
        "timestamp.format", default: "yyyyMMdd", importance: .high,
        "How the time is written, as a pattern of `java.text.SimpleDateFormat`; in UTC."),
    ]
  ) { order throws(StageProblem) in try TimestampRouter(order) }

  let className: String
  let sides: RecordSides = []
  private let topics: TopicTable
  private let topicFormat: String
  private let format: JavaDateFormat
  private let step: Int64
  private var last: (topic: Int32, span: Int64, routed: Int32)?

  init(_ order: StageOrder) throws(StageProblem) {
    className = order.className
    topics = order.topics
    topicFormat = order.config.string("topic.format")
    let pattern = order.config.string("timestamp.format")
    do throws(JavaDateFormat.Problem) { format = try JavaDateFormat(pattern) } catch {
      throw StageProblem("timestamp.format", pattern, error.message)
    }
    step = format.step
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    guard record.timestamp >= 0 else { throw .unfit("the record has no timestamp") }
    let span = record.timestamp / step
    if let last, last.topic == record.topic, last.span == span {
      record.topic = last.routed
      return
    }
    var text = ByteBuffer(capacity: 32)
    format.append(record.timestamp, to: &text)
    let named = Self.replace("${topic}", by: topics[record.topic], in: topicFormat)
    let routed = topics.number(
      of: Self.replace("${timestamp}", by: String(decoding: text.bytes, as: UTF8.self), in: named))
    last = (record.topic, span, routed)
    record.topic = routed
  }

  private static func replace(_ mark: String, by text: String, in format: String) -> String {
    let bytes = Array(format.utf8)
    let wanted = Array(mark.utf8)
    var out: [UInt8] = []
    var at = 0
    while at < bytes.count {
      if bytes[at...].starts(with: wanted) {
        out += text.utf8
        at += wanted.count
      } else {
        out.append(bytes[at])
        at += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
