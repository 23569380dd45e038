internal import CRDKafka

/// An error code of librdkafka (negative) or of the Kafka protocol (positive).
public struct KafkaErrorCode: Sendable, Hashable, CustomStringConvertible {
  /// The number.
  public let rawValue: Int32

  /// A code by its number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  init(_ code: rd_kafka_resp_err_t) { rawValue = code.rawValue }

  /// Its name, for instance `MSG_SIZE_TOO_LARGE`.
  public var name: String { String(cString: rd_kafka_err2name(rd_kafka_resp_err_t(rawValue: rawValue))) }

  /// What it means, in librdkafka's words.
  public var text: String { String(cString: rd_kafka_err2str(rd_kafka_resp_err_t(rawValue: rawValue))) }

  /// Its name and meaning.
  public var description: String { "\(name): \(text)" }

  static let allBrokersDown = KafkaErrorCode(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
  static let none = KafkaErrorCode(RD_KAFKA_RESP_ERR_NO_ERROR)
  static let fenced = KafkaErrorCode(RD_KAFKA_RESP_ERR__FENCED)
  static let timedOut = KafkaErrorCode(RD_KAFKA_RESP_ERR__TIMED_OUT)
  static let queueFull = KafkaErrorCode(RD_KAFKA_RESP_ERR__QUEUE_FULL)
  static let fatal = KafkaErrorCode(RD_KAFKA_RESP_ERR__FATAL)
  static let state = KafkaErrorCode(RD_KAFKA_RESP_ERR__STATE)
  static let messageTooLarge = KafkaErrorCode(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)

  /// Reports of records that an abort took back: they say nothing about the record.
  var isPurge: Bool {
    rawValue == RD_KAFKA_RESP_ERR__PURGE_QUEUE.rawValue || rawValue == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT.rawValue
  }
}
