import ChangeModel
import JSON
import Testing

@testable import Engine

@Suite struct DeadLetterIdentityTests {
  private func origin(_ text: String) -> DeadLetterOrigin? {
    Array(text.utf8).withUnsafeBytes { DeadLetterOrigin($0) }
  }

  private func digest(_ key: String) -> DeadLetterDigest {
    Array(key.utf8).withUnsafeBytes { DeadLetterIdentity.digest(ofStatusKey: $0) }
  }

  @Test func originsAreReadHoweverTheyAreWritten() throws {
    let plain = DeadLetterOrigin(topic: "a.b", partition: 2, offset: 42)
    #expect(origin(#"{"topic":"a.b","partition":2,"offset":42}"#) == plain)
    #expect(origin(#"{ "offset": 42, "partition": 2, "topic": "a\u002eb" }"#) == plain)
    #expect(
      origin(#"{"topic":"t","partition":null,"offset":{"lsn":7}}"#)
        == DeadLetterOrigin(topic: "t", partition: nil, offset: ["lsn": 7]))
    for bad in ["", "{}", "42", #"{"topic":"t"}"#, #"{"topic":"t","partition":0,"offset":"x"}"#] {
      #expect(origin(bad) == nil, "\(bad)")
    }
  }

  @Test func statusKeysAreAsTheContractHasThem() {
    let identity = DeadLetterIdentity(
      connector: "d\"wh", origin: DeadLetterOrigin(topic: "t", partition: 0, offset: 7), attempt: 1)
    let key = String(decoding: identity.statusKey, as: UTF8.self)
    #expect(key == #"{"connector":"d\"wh","topic":"t","partition":0,"offset":7,"attempt":1}"#)
    #expect(digest(key) == DeadLetterDigest(identity.statusKey))
    #expect(
      digest(#"{"attempt": 1, "connector": "d\"wh", "topic": "t", "partition": 0, "offset": 7}"#)
        == DeadLetterDigest(identity.statusKey))
    #expect(digest(key.replacing(":1}", with: ":2}")) != DeadLetterDigest(identity.statusKey))
    let source = DeadLetterIdentity(
      connector: "crm", origin: DeadLetterOrigin(topic: "t", partition: nil, offset: ["lsn": 7]), attempt: 0)
    #expect(
      String(decoding: source.statusKey, as: UTF8.self)
        == #"{"connector":"crm","topic":"t","partition":null,"offset":{"lsn":7},"attempt":0}"#)
  }

  private func letter(_ headers: [(String, String)], connector: String? = nil) -> DeadLetter? {
    let batch = RecordBatch()
    var record = Record(topic: 0)
    record.partition = 3
    record.offset = 9
    for (name, value) in headers {
      Array(value.utf8).withUnsafeBytes { HeaderList.append(name: name, value: $0, to: &batch.bytes) }
    }
    if !headers.isEmpty { record.headers = ByteRange(offset: 0, count: batch.bytes.count) }
    return DeadLetter(record, in: batch, topic: "dlq", connector: connector)
  }

  @Test func ofKafkaConnectsHeadersTheIdentityIsMade() throws {
    let headers = [
      ("__connect.errors.topic", "t"), ("__connect.errors.partition", "1"), ("__connect.errors.offset", "5"),
      ("__connect.errors.connector.name", "jdbc"),
    ]
    let letter = try #require(self.letter(headers))
    #expect(letter.identity.connector == "jdbc" && letter.identity.attempt == 0)
    #expect(letter.identity.origin == DeadLetterOrigin(topic: "t", partition: 1, offset: 5))
    #expect(letter.fingerprint.utf8.count == 16 && letter.fingerprint == self.letter(headers)?.fingerprint)
  }

  @Test func withoutHeadersItIsOneOnlyInATopicOfDeadLetters() throws {
    #expect(letter([]) == nil)
    let known = try #require(letter([], connector: "jdbc"))
    #expect(!known.hasOrigin && known.identity.connector == "jdbc")
    #expect(known.identity.origin == DeadLetterOrigin(topic: "dlq", partition: 3, offset: 9))
  }

  @Test func theClassFollowsFromTheCode() {
    let base = [("cdc.errors.origin", #"{"topic":"t","partition":0,"offset":1}"#)]
    #expect(letter(base + [("cdc.errors.code", "CDC-6102")])?.failureClass == "poison")
    #expect(letter(base + [("cdc.errors.code", "CDC-6102"), ("cdc.errors.class", "record")])?.failureClass == "record")
    #expect(letter(base)?.failureClass == nil)
  }
}
