internal import CRDKafka
internal import ChangeModel

/// A record that did not get into its topic.
public struct RecordFailure: Sendable, Equatable {
  /// The topic.
  public var topic: String
  /// The partition; -1: none was chosen.
  public var partition: Int32
  /// Why.
  public var code: KafkaErrorCode
  /// The batch, counted from the transaction's first; -1: the offset record.
  public var batch: Int
  /// The record's place in that batch.
  public var record: Int
}

/// What became of a transaction's records, as librdkafka reports one by one.
final class DeliveryReports {
  /// Records that are on the brokers.
  private(set) var delivered = 0
  /// The first records that failed, of each code.
  private(set) var failures: [RecordFailure] = []

  /// Whether the ends of the partitions are kept; a real cluster has no use for them.
  var keepsEnds = false
  /// The offset behind the last delivered record of each partition.
  private(set) var ends: [TopicPartition: Int64] = [:]

  func reset() {
    delivered = 0
    ends.removeAll(keepingCapacity: true)
    failures.removeAll(keepingCapacity: true)
  }

  func take(_ message: UnsafePointer<rd_kafka_message_t>) {
    let code = message.pointee.err
    if code == RD_KAFKA_RESP_ERR_NO_ERROR {
      delivered += 1
      if keepsEnds { noteEnd(message.pointee) }
    } else {
      note(KafkaErrorCode(code), message.pointee)
    }
  }

  private func noteEnd(_ message: rd_kafka_message_t) {
    let partition = TopicPartition(topic: topicName(message.rkt), partition: message.partition)
    ends[partition] = max(ends[partition] ?? 0, message.offset + 1)
  }

  /// The failure that says most: one of the record itself, else the first.
  var telling: RecordFailure? { failures.first { $0.code.isRecordsFault } ?? failures.first }

  private func note(_ code: KafkaErrorCode, _ message: rd_kafka_message_t) {
    guard !code.isPurge, !failures.contains(where: { $0.code == code }) else { return }
    let tag = RecordTag(pointer: message._private)
    failures.append(
      RecordFailure(
        topic: topicName(message.rkt), partition: message.partition, code: code, batch: tag.batch, record: tag.record))
  }
}

/// A topic handle's name.
func topicName(_ topic: OpaquePointer?) -> String {
  guard let topic, let name = rd_kafka_topic_name(topic) else { return "" }
  return String(cString: name)
}
