import ChangeModel
import Foundation
import JSON
import KafkaClient
import TestSupport
import Testing

@testable import Engine

/// A large topic of dead letters: what listing and replaying take is printed, not asserted.
@Suite(.needsKafka, .serialized) struct DeadLetterFiguresTests {
  private static let count = 100_000
  private static let keys = 1_000

  @Test func aHundredThousandAreListedAndReplayedInOrder() throws {
    let fixture = try DeadLetterFixture(partitions: 1, originPartitions: 1)
    let value = "{\"filler\":\"" + String(repeating: "x", count: 380) + "\"}"
    try fixture.park(
      (0..<Self.count).map { index in
        var letter = DeadLetterFixture.Letter(Int64(index), key: "key-\(index % Self.keys)", value: value)
        letter.fingerprint = "00000000000000a\(index % 5)"
        return letter
      })
    let clock = ContinuousClock()
    var groups: [DeadLetterGroups.Group] = []
    let listing = try clock.measure { groups = try fixture.groups() }
    #expect(groups.count == 5 && groups.allSatisfy { $0.open == Self.count / 5 })
    var summary = DeadLetterSummary()
    let replaying = try clock.measure { summary = try fixture.settle() }
    #expect(summary.settled == Self.count)
    print("listed \(Self.count) dead letters in \(listing), replayed them in \(replaying)")

    var last: [String: Int64] = [:]
    var seen: Set<Int64> = []
    for record in try fixture.read(fixture.replayTopic) {
      let origin = try JSONValue(parsing: try #require(record.headers["cdc.replay.origin"]))
      let offset = Int64(try #require(origin["offset"]?.int))
      let key = try #require(record.key)
      #expect(last[key].map { $0 < offset } ?? true)
      last[key] = offset
      #expect(seen.insert(offset).inserted)
    }
    #expect(seen.count == Self.count)
    #expect(try fixture.outcomes().count == Self.count)
  }
}
