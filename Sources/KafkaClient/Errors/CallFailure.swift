internal import CRDKafka

/// What a transactional call of librdkafka came to when it failed.
struct CallFailure: Sendable, Equatable {
  /// What librdkafka says may be done about it.
  enum Kind: Sendable, Equatable {
    /// The same call again.
    case retriable
    /// Abort the transaction, then again.
    case abortable
    /// This producer is of no use any more.
    case fatal
    /// None of these.
    case other
  }

  var kind: Kind
  var code: KafkaErrorCode
  var text: String

  init(_ kind: Kind, _ code: KafkaErrorCode, _ text: String = "") {
    self.kind = kind
    self.code = code
    self.text = text
  }

  /// Reads and frees an error; nil: success.
  init?(taking error: OpaquePointer?) {
    guard let error else { return nil }
    defer { rd_kafka_error_destroy(error) }
    code = KafkaErrorCode(rd_kafka_error_code(error))
    text = rd_kafka_error_string(error).map { String(cString: $0) } ?? ""
    if rd_kafka_error_is_fatal(error) != 0 || code == .fatal || code == .fenced {
      kind = .fatal
    } else if rd_kafka_error_txn_requires_abort(error) != 0 {
      kind = .abortable
    } else if rd_kafka_error_is_retriable(error) != 0 {
      kind = .retriable
    } else {
      kind = .other
    }
  }

  /// With the code that made the producer unusable, where librdkafka only says that it is.
  func resolvingFatal(of handle: OpaquePointer) -> CallFailure {
    guard kind == .fatal, code == .fatal else { return self }
    var text = [CChar](repeating: 0, count: 512)
    let cause = KafkaErrorCode(rd_kafka_fatal_error(handle, &text, text.count))
    guard cause != .none else { return self }
    return CallFailure(.fatal, cause, textOf(text))
  }
}

/// The text in a C buffer that ends with a zero byte.
func textOf(_ buffer: [CChar]) -> String {
  String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
