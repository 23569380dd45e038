internal import CRDKafka
internal import ChangeModel

/// Copies librdkafka's messages into batches.
enum ConsumedMessage {
  /// Appends a message as a record of topic number `topic`.
  static func append(
    _ message: rd_kafka_message_t, _ pointer: UnsafePointer<rd_kafka_message_t>, topic: Int32, to batch: RecordBatch
  ) {
    var record = Record(topic: topic)
    record.partition = message.partition
    record.offset = message.offset
    record.timestamp = rd_kafka_message_timestamp(pointer, nil)
    if let key = message.key {
      record.key = append(UnsafeRawBufferPointer(start: key, count: message.key_len), &batch.bytes)
    }
    if let value = message.payload {
      record.value = append(UnsafeRawBufferPointer(start: value, count: message.len), &batch.bytes)
    }
    record.headers = appendHeaders(pointer, &batch.bytes)
    batch.records.append(record)
  }

  @inline(__always) private static func append(_ bytes: UnsafeRawBufferPointer, _ buffer: inout ByteBuffer) -> ByteRange
  {
    let start = buffer.count
    buffer.append(bytes)
    return ByteRange(offset: start, count: bytes.count)
  }

  /// Appends a message's headers in the form of `HeaderList`, straight from the library's memory.
  private static func appendHeaders(_ message: UnsafePointer<rd_kafka_message_t>, _ buffer: inout ByteBuffer)
    -> ByteRange
  {
    var headers: OpaquePointer?
    guard rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR, let headers else { return .none }
    let start = buffer.count
    var index = 0
    var name: UnsafePointer<CChar>?
    var value: UnsafeRawPointer?
    var size = 0
    while rd_kafka_header_get_all(headers, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
      index += 1
      guard let name else { continue }
      let length = crdkafka_text_length(name)
      buffer.appendBigEndian(Int32(truncatingIfNeeded: length))
      buffer.append(UnsafeRawBufferPointer(start: name, count: length))
      guard let value else {
        buffer.appendBigEndian(Int32(-1))
        continue
      }
      buffer.appendBigEndian(Int32(truncatingIfNeeded: size))
      buffer.append(UnsafeRawBufferPointer(start: value, count: size))
    }
    return ByteRange(offset: start, count: buffer.count - start)
  }
}
