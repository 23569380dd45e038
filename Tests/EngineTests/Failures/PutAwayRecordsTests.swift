import ChangeModel
import JSON
import Settings
import Testing

@testable import Engine

@Suite struct PutAwayRecordsTests {
  private let source = RecordBatch(capacity: 64)
  private let origin = RecordOrigin(
    partition: TopicPartition(topic: "crm.public.t", partition: 2), offset: 41, attempt: 1)

  private func record() -> Record {
    var record = Record(topic: 0)
    record.timestamp = 1234
    record.key = put(Array("k".utf8))
    record.value = put([0, 255, 1])
    let start = source.bytes.count
    for (name, value) in [("own", "x"), ("cdc.replay.attempt", "1"), ("cdc.retry.due", "5")] {
      Array(value.utf8).withUnsafeBytes { HeaderList.append(name: name, value: $0, to: &source.bytes) }
    }
    HeaderList.append(name: "null", value: nil, to: &source.bytes)
    record.headers = ByteRange(offset: start, count: source.bytes.count - start)
    return record
  }

  private func put(_ bytes: [UInt8]) -> ByteRange {
    let start = source.bytes.count
    source.bytes.append(bytes)
    return ByteRange(offset: start, count: bytes.count)
  }

  private func headers(_ batch: RecordBatch) -> [(String, String?)] {
    var found: [(String, String?)] = []
    HeaderList.forEach(in: batch.bytes[batch.records[0].headers]) { name, value in
      found.append((String(decoding: name, as: UTF8.self), value.map { String(decoding: $0, as: UTF8.self) }))
    }
    return found
  }

  private let rejection = Rejection(
    record: 0, error: CDCError(.warehouseRefusedRow, "Writing was refused", cause: "SQLSTATE 23514"), stage: .taskPut,
    className: "io.example.Sink", pointer: "/after/v", rule: "is_good")

  @Test func aDeadLetterIsTheRecordAndWhyItFailed() throws {
    var policy = FailurePolicy()
    policy.deadLetterTopic = "dlq"
    var made = PutAwayRecords(connector: "sink", task: 3, policy: policy)
    made.addDeadLetter(record(), in: source, origin, rejection, to: "dlq")
    let batch = made.records
    let letter = batch.records[0]
    #expect(made.topicNames == ["dlq"] && letter.partition == -1 && letter.timestamp == 1234)
    #expect(Array(batch.bytes[letter.key]) == Array("k".utf8) && Array(batch.bytes[letter.value]) == [0, 255, 1])
    let found = headers(batch)
    #expect(
      found.map(\.0) == [
        "own", "null", "__connect.errors.topic", "__connect.errors.partition", "__connect.errors.offset",
        "__connect.errors.connector.name", "__connect.errors.task.id", "__connect.errors.stage",
        "__connect.errors.class.name", "__connect.errors.exception.class.name", "__connect.errors.exception.message",
        "__connect.errors.exception.stacktrace", "cdc.errors.code", "cdc.errors.class", "cdc.errors.fingerprint",
        "cdc.errors.pointer", "cdc.errors.rule", "cdc.errors.time", "cdc.errors.connector", "cdc.errors.attempts",
        "cdc.errors.origin",
      ])
    let values = Dictionary(uniqueKeysWithValues: found)
    #expect(values["__connect.errors.stage"] == "TASK_PUT" && values["__connect.errors.offset"] == "41")
    #expect(values["cdc.errors.attempts"] == "1" && values["cdc.errors.code"] == "CDC-5004")
    #expect(values["cdc.errors.origin"] == #"{"topic":"crm.public.t","partition":2,"offset":41}"#)
    // Read by those who list and replay.
    let read = try #require(DeadLetter(letter, in: batch, topic: "dlq", connector: nil))
    #expect(read.identity.connector == "sink" && read.identity.attempt == 1 && read.failureClass == "poison")
    #expect(read.identity.origin == DeadLetterOrigin(topic: "crm.public.t", partition: 2, offset: 41))
    #expect(
      read.fingerprint == Fingerprint.of(["sink", "crm.public.t", "CDC-5004", "/after/v", "is_good"]))
    #expect(values["cdc.errors.fingerprint"] == read.fingerprint)
  }

  @Test func withoutContextOnlyWhatIdentifiesItIsTold() throws {
    var policy = FailurePolicy()
    policy.describes = false
    var made = PutAwayRecords(connector: "sink", task: 0, policy: policy)
    made.addDeadLetter(record(), in: source, origin, rejection, to: "dlq")
    #expect(
      headers(made.records).map(\.0) == [
        "own", "null", "cdc.errors.code", "cdc.errors.connector", "cdc.errors.attempts", "cdc.errors.origin",
      ])
  }

  @Test func aWaitingRecordKnowsWhereItStoodAndWhenItIsDue() throws {
    let tier = try #require(RetryTier("5s"))
    var made = PutAwayRecords(connector: "sink", task: 0, policy: FailurePolicy())
    made.addRetry(record(), in: source, origin, rejection.error, tier: tier)
    made.addRetry(record(), in: source, origin, nil, tier: tier)
    let batch = made.records
    #expect(made.topicNames == ["sink.retry.5s"] && batch.records.allSatisfy { $0.partition == 0 })
    let reading = try #require(SideHeaders.read(batch.bytes[batch.records[0].headers]))
    #expect(reading.origin == origin && reading.due > 1_700_000_000_000)
    #expect(headers(batch).filter { $0.0 == "cdc.replay.attempt" }.count == 1, "not that of the way before")
    #expect(headers(batch).contains { $0.0 == "cdc.retry.code" && $0.1 == "CDC-5004" })
    var second: [String] = []
    HeaderList.forEach(in: batch.bytes[batch.records[1].headers]) { name, _ in
      second.append(String(decoding: name, as: UTF8.self))
    }
    #expect(!second.contains("cdc.retry.code"))
  }

  @Test(arguments: [
    ("5s", 5000), ("500ms", 500), ("10m", 600_000), ("2h", 7_200_000), ("1d", 86_400_000), ("0s", nil), ("s", nil),
    ("5", nil), ("5 s", nil), ("-1s", nil), ("9999999999999999999s", nil), ("400d", nil),
  ])
  func tiersAreRead(text: String, milliseconds: Int64?) {
    #expect(RetryTier(text)?.milliseconds == milliseconds)
  }
}
