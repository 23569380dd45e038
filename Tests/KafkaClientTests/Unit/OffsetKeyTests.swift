import Testing

@testable import KafkaClient

@Suite struct OffsetKeyTests {
  @Test func theKeyIsConnects() {
    let key = OffsetKey.make(connector: "crm-source", partition: #"{"server":"crm"}"#)
    #expect(String(decoding: key, as: UTF8.self) == #"["crm-source",{"server":"crm"}]"#)
  }

  @Test func namesAreEscapedAsJSON() {
    let key = OffsetKey.make(connector: "a\"b\\c\n\u{1}é", partition: "{}")
    #expect(String(decoding: key, as: UTF8.self) == #"["a\"b\\c\n\u0001é",{}]"#)
  }

  @Test func thePartitionIsFoundAgain() {
    let key = OffsetKey.make(connector: "a", partition: #"{"server":"x"}"#)
    key.withUnsafeBytes {
      #expect(OffsetKey.partition(in: $0, of: "a") == #"{"server":"x"}"#)
      #expect(OffsetKey.partition(in: $0, of: "ab") == nil)
    }
    Array(#"["a""#.utf8).withUnsafeBytes { #expect(OffsetKey.partition(in: $0, of: "a") == nil) }
  }

  @Test func theLastRecordWinsAndATombstoneIsNone() {
    var search = StoredOffsetReader.Search(connector: "a", partition: #"{"s":1}"#)
    take(&search, "a", #"{"s":1}"#, "1", at: 10, in: 0)
    take(&search, "a", #"{"s":2}"#, "other partition", at: 11, in: 0)
    take(&search, "b", #"{"s":1}"#, "other connector", at: 12, in: 0)
    #expect(search.result.map { String(decoding: $0.value, as: UTF8.self) } == "1")
    // The clock may have been set back: in one partition only the order counts.
    take(&search, "a", #"{"s":1}"#, "2", at: 5, in: 0)
    #expect(search.result.map { String(decoding: $0.value, as: UTF8.self) } == "2")
    take(&search, "a", #"{"s":1}"#, nil, at: 6, in: 0)
    #expect(search.result == nil)
    take(&search, "a", #"{"s":1}"#, "3", at: 20, in: 1)
    #expect(search.result.map { String(decoding: $0.value, as: UTF8.self) } == "3")
  }

  private func take(
    _ search: inout StoredOffsetReader.Search, _ connector: String, _ partition: String, _ value: String?, at: Int64,
    in topicPartition: Int32
  ) {
    let key = OffsetKey.make(connector: connector, partition: partition)
    let bytes = Array((value ?? "").utf8)
    key.withUnsafeBytes { key in
      bytes.withUnsafeBytes { bytes in
        search.take(
          TopicRecord(partition: topicPartition, offset: 0, timestamp: at, key: key, value: value == nil ? nil : bytes))
      }
    }
  }
}
