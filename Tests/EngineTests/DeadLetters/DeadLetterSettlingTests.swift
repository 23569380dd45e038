import ChangeModel
import Foundation
import JSON
import KafkaClient
import TestSupport
import Testing

@testable import Engine

/// Replaying and discarding on a real broker.
@Suite(.needsKafka) struct DeadLetterSettlingTests {
  private let fixture: DeadLetterFixture

  init() throws { fixture = try DeadLetterFixture() }

  @Test func aReplayGoesToTheSinkOnceWithKeyTimestampAndOwnHeaders() throws {
    var letter = DeadLetterFixture.Letter(42, key: "k", value: "{\"a\":1}", partition: 2)
    letter.own = [("trace", "t-1")]
    try fixture.park([letter, letter])
    let summary = try fixture.settle()
    #expect(summary.matched == 1 && summary.settled == 1 && summary.failed == 0)

    let read = try fixture.read(fixture.replayTopic)
    #expect(read.count == 1)
    let record = try #require(read.first)
    #expect(record.key == "k" && record.text == "{\"a\":1}" && record.partition == 2)
    #expect(record.timestamp == letter.timestamp + 42)
    #expect(
      record.headers == [
        "trace": "t-1", "cdc.replay.attempt": "1",
        "cdc.replay.origin": #"{"topic":"\#(fixture.origin)","partition":2,"offset":42}"#,
      ])
    #expect(
      try fixture.outcomes() == [
        #"{"connector":"\#(fixture.connector)","topic":"\#(fixture.origin)","partition":2,"offset":42,"attempt":0}"#:
          "replayed"
      ])
    let settings = try fixture.kafka.withAdmin { admin throws(CDCError) in
      try admin.configuration(of: fixture.source.statusTopic)
    }
    #expect(settings.first { $0.name == "cleanup.policy" }?.value == "compact")

    #expect(try fixture.settle().matched == 0)
    #expect(try fixture.read(fixture.replayTopic).count == 1)
    #expect(try fixture.groups().isEmpty)
    #expect(try fixture.groups(all: true).map(\.replayed) == [1])
  }

  @Test func aFailureOfAReplayIsANewDeadLetter() throws {
    try fixture.park([.init(1, key: "k")])
    try fixture.settle()
    var again = DeadLetterFixture.Letter(1, key: "k")
    again.attempt = 1
    again.own = [("cdc.replay.attempt", "1"), ("cdc.replay.origin", "{}")]
    try fixture.park([again])
    #expect(try fixture.groups().map(\.open) == [1])
    #expect(try fixture.settle().settled == 1)
    #expect(try fixture.read(fixture.replayTopic).map { $0.headers["cdc.replay.attempt"] } == ["1", "2"])
  }

  @Test func aReplayToTheTopicKeepsThePartition() throws {
    try fixture.park([.init(5, key: "a", partition: 2), .init(6, key: "b", partition: 0)])
    #expect(try fixture.settle(to: .topic).settled == 2)
    let read = try fixture.read(fixture.origin)
    #expect(Set(read.map { "\($0.key ?? "")-\($0.partition)" }) == ["a-2", "b-0"])
    #expect(read.allSatisfy { $0.headers["cdc.replay.attempt"] == "1" })
  }

  @Test func aSourcesGoesToItsTopicByKey() throws {
    var letter = DeadLetterFixture.Letter(0, key: "a")
    letter.sourceOffset = #"{"lsn":7,"txId":3}"#
    var json = DeadLetterFixture.Letter(1, key: "b")
    json.sourceOffset = #"{"lsn":8}"#
    json.valueFormat = "json"
    try fixture.park([letter, letter, json])
    let summary = try fixture.settle(role: .source)
    #expect(summary.settled == 1 && summary.failures.map(\.error.code) == [.deadLetterTarget])
    #expect(
      try fixture.read(fixture.origin).map { $0.headers["cdc.replay.origin"] } == [
        #"{"topic":"\#(fixture.origin)","partition":null,"offset":{"lsn":7,"txId":3}}"#
      ])
  }

  @Test func onlyWhatIsMeantGoes() throws {
    var other = DeadLetterFixture.Letter(2, key: "k")
    other.fingerprint = "00000000000000bb"
    try fixture.park([.init(1, key: "k"), other, .init(3, key: "x")])
    let summary = try fixture.settle(.init(fingerprint: "00000000000000bb"))
    #expect(summary.settled == 1 && summary.ahead == 1)
    let place = DeadLetterSelection(place: .init(partition: 0, offset: 2))
    #expect(try fixture.settle(place).settled == 1)
    #expect(try fixture.groups().map(\.open) == [1])
    #expect(throws: (any Error).self) { try fixture.settle(.init(fingerprint: "no")) }
    #expect(throws: (any Error).self) { try fixture.settle(.init(place: .init(partition: 0, offset: 999))) }
  }

  @Test func aDeletedConnectorIsRefusedAndNothingIsWritten() throws {
    try fixture.park([.init(1, key: "k")])
    let summary = try fixture.settle(role: nil)
    #expect(summary.onlyFailure?.code == .deadLetterConnectorGone && summary.settled == 0)
    #expect(try fixture.outcomes().isEmpty)
    #expect(try fixture.settle(to: .topic, role: nil).settled == 1)
  }

  @Test func anEditThatFailsHoldsTheKeyBack() throws {
    try fixture.park([
      .init(1, key: "k", value: "{\"b\":1}"), .init(2, key: "k", value: "{\"a\":{\"x\":1}}"),
      .init(3, key: "other", value: "{\"a\":{\"x\":1}}"),
    ])
    let pointer = try #require(JSONPointer("/a/x"))
    let summary = try fixture.settle(edit: DeadLetterEdit(steps: [.set(pointer, "new")]))
    #expect(summary.settled == 1 && summary.failed == 2)
    #expect(summary.failures.map(\.error.code) == [.deadLetterEdit, .deadLetterHeld])
    #expect(try fixture.read(fixture.replayTopic).map(\.text) == [#"{"a":{"x":"new"}}"#])
    #expect(try fixture.groups().map(\.open) == [2])
  }

  @Test func aDryRunWritesNothing() throws {
    try fixture.park([.init(1, key: "k")])
    let summary = try fixture.settle(isDryRun: true)
    #expect(summary.settled == 1)
    let topics = try fixture.kafka.withAdmin { admin throws(CDCError) in try admin.topics().map(\.name) }
    #expect(!topics.contains(fixture.replayTopic) && !topics.contains(fixture.source.statusTopic))
  }

  @Test func discardingSettlesWithAReason() throws {
    try fixture.park([.init(1, key: "k"), .init(2, key: "l")])
    #expect(try fixture.settle(.init(place: .init(partition: 0, offset: 0)), discard: "test data").settled == 1)
    #expect(Set(try fixture.outcomes().values) == ["discarded"])
    #expect(try fixture.settle().settled == 1)
    #expect(try fixture.read(fixture.replayTopic).map(\.key) == ["l"])
    #expect(try fixture.read(fixture.source.statusTopic).first?.text?.contains(#""reason":"test data""#) == true)
  }

  @Test(.needsKafkaKit) func aRecordThatKafkaRefusesStaysAndTheOthersGo() throws {
    let admin = ["--alter", "--entity-type", "topics", "--entity-name", fixture.origin]
    try Servers.kafka().tool("configs", admin + ["--add-config", "max.message.bytes=2000"])
    try fixture.park([
      .init(1, key: "a"), .init(2, key: "big", value: "\"" + String(repeating: "x", count: 5_000) + "\""),
      .init(3, key: "big"), .init(4, key: "c"),
    ])
    let summary = try fixture.settle(to: .topic)
    #expect(summary.settled == 2 && summary.failed == 2)
    #expect(summary.failures.first?.error.code == .kafkaRecordTooLarge)
    #expect(try fixture.read(fixture.origin).map(\.key) == ["a", "c"])
  }

  @Test func aSecondReplayerFencesTheFirst() throws {
    try fixture.park((0..<50).map { .init($0, key: "k\($0)") })
    let second = Box<DeadLetterSummary?>(nil)
    #expect {
      try fixture.settle(rate: 10) {
        if second.value == nil { second.value = try? fixture.settle() }
        return true
      }
    } throws: { error in (error as? CDCError)?.code == .deadLetterBusy }
    #expect((second.value?.settled ?? 0) > 0)
    let offsets = try fixture.read(fixture.replayTopic).compactMap { $0.headers["cdc.replay.origin"] }
    #expect(offsets.count == 50 && Set(offsets).count == 50)
  }

  @Test func aClientThatIsGoneEndsTheWork() throws {
    try fixture.park((0..<40).map { .init($0, key: "k") })
    let questions = Box(0)
    let summary = try fixture.settle(rate: 10) {
      questions.value += 1
      return false
    }
    #expect(questions.value == 1 && summary.settled < 40)
    #expect(try fixture.settle().settled == 40 - summary.settled)
    let order = try fixture.read(fixture.replayTopic).compactMap { $0.headers["cdc.replay.origin"] }
    #expect(order == (0..<40).map { #"{"topic":"\#(fixture.origin)","partition":0,"offset":\#($0)}"# })
  }
}

/// A value that closures share.
private final class Box<Value> {
  var value: Value
  init(_ value: Value) { self.value = value }
}
