import ChangeModel

enum Batches {
  /// A batch of records for one topic; a nil value is a tombstone.
  static func make(_ topic: String, _ records: [(key: String?, value: String?)]) -> RecordBatch {
    let batch = RecordBatch()
    batch.topics = [topic]
    for (key, value) in records {
      var record = Record(topic: 0)
      record.key = append(key, batch)
      record.value = append(value, batch)
      batch.records.append(record)
    }
    return batch
  }

  /// A batch with one record for each number, key and value the number.
  static func numbers(_ topic: String, _ range: Range<Int>) -> RecordBatch {
    make(topic, range.map { ("\($0)", "\($0)") })
  }

  static func append(_ text: String?, _ batch: RecordBatch) -> ByteRange {
    guard let text else { return .none }
    let start = batch.bytes.count
    batch.bytes.append(text: text)
    return ByteRange(offset: start, count: batch.bytes.count - start)
  }

  static func offset(_ number: Int) -> SourceOffset {
    SourceOffset(partition: #"{"server":"t"}"#, value: #"{"lsn":\#(number)}"#, position: UInt64(number))
  }
}

/// A consumed record with its texts.
struct ReadRecord: Equatable {
  var topic: String
  var partition: Int32
  var offset: Int64
  var key: String?
  var value: String?
  var headers: [String]

  static func all(of batch: RecordBatch) -> [ReadRecord] {
    batch.records.map { record in
      var headers: [String] = []
      if record.headers.isPresent {
        HeaderList.forEach(in: batch.bytes[record.headers]) { name, value in
          let text = value.map { String(decoding: $0, as: UTF8.self) } ?? "null"
          headers.append("\(String(decoding: name, as: UTF8.self))=\(text)")
        }
      }
      return ReadRecord(
        topic: batch.topics[Int(record.topic)], partition: record.partition, offset: record.offset,
        key: text(record.key, batch), value: text(record.value, batch), headers: headers)
    }
  }

  private static func text(_ range: ByteRange, _ batch: RecordBatch) -> String? {
    range.isPresent ? String(decoding: batch.bytes[range], as: UTF8.self) : nil
  }
}
