import ChangeModel
import Testing

@testable import Engine

@Suite struct ParkedKeysTests {
  private func origin(_ offset: Int64, attempt: Int = 0) -> RecordOrigin {
    RecordOrigin(partition: TopicPartition(topic: "t", partition: 1), offset: offset, attempt: attempt)
  }

  private func key(_ text: String) -> DeadLetterDigest {
    Array(text.utf8).withUnsafeBytes { DeadLetterDigest(topic: "t", key: $0) }
  }

  @Test func aKeyWaitsUntilItsLastRecordLeft() {
    var parked = ParkedKeys(tiers: 2)
    #expect(parked.isEmpty && parked.tier(of: key("a"), after: -1) == nil)
    parked.add(origin(1), key("a"), tier: 1)
    parked.add(origin(2), key("a"), tier: 0)
    parked.add(origin(2), key("a"), tier: 0)
    #expect(parked.count == 2)
    // Behind the youngest, which is in the earliest tier; what comes out of that goes behind the older one.
    #expect(parked.tier(of: key("a"), after: -1) == 0)
    #expect(parked.tier(of: key("a"), after: 0) == 1)
    #expect(parked.tier(of: key("a"), after: 1) == nil)
    #expect(parked.tier(of: key("b"), after: -1) == nil && parked.tier(of: nil, after: -1) == nil)
    #expect(parked.contains(origin(2), tier: 0) && !parked.contains(origin(2, attempt: 1), tier: 0))
    parked.remove(origin(2), key("a"), tier: 0)
    parked.remove(origin(2), key("a"), tier: 0)
    #expect(parked.tier(of: key("a"), after: -1) == 1)
    parked.remove(origin(1), key("a"), tier: 1)
    #expect(parked.isEmpty && parked.tier(of: key("a"), after: -1) == nil)
  }

  @Test func recordsWithoutAKeyHoldNothingUp() {
    var parked = ParkedKeys(tiers: 1)
    parked.add(origin(1), nil, tier: 0)
    #expect(parked.count == 1 && parked.tier(of: nil, after: -1) == nil)
    parked.remove(origin(1), nil, tier: 0)
    #expect(parked.isEmpty)
  }
}
