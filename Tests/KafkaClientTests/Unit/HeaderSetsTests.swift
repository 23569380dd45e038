import CRDKafka
import ChangeModel
import Testing

@testable import KafkaClient

@Suite struct HeaderSetsTests {
  private static let first = [Header(name: "a", value: [1]), Header(name: "b", value: nil)]
  private static let second = [Header(name: "c", value: [])]

  @Test func whatComesBackIsUsedAgain() {
    let sets = HeaderSets()
    sets.adopt([Self.first, Self.second])
    let one = sets.issue(0)
    let two = sets.issue(1)
    #expect(one.headers != nil && two.headers != nil && one.headers != two.headers)
    #expect(one.pool != two.pool)
    sets.giveBack(one)
    let three = sets.issue(1)
    let again = sets.issue(0)
    #expect(three.headers != one.headers, "another set's headers")
    #expect(again.headers == one.headers)
    #expect(rd_kafka_header_cnt(one.headers) == 2)
    for issued in [two, three, again] { sets.giveBack(issued) }
  }

  @Test func whatComesBackLateMeetsNoOtherSet() {
    let sets = HeaderSets()
    sets.adopt([Self.first])
    let late = sets.issue(0)
    sets.adopt([Self.second])
    sets.giveBack(late)
    let issued = sets.issue(0)
    #expect(rd_kafka_header_cnt(issued.headers) == 1)
    #expect(issued.pool != late.pool)
    sets.giveBack(issued)
  }

  @Test func setsThatGrowKeepTheirPools() {
    let sets = HeaderSets()
    sets.adopt([Self.first])
    let issued = sets.issue(0)
    sets.adopt([Self.first, Self.second])
    sets.giveBack(issued)
    let again = sets.issue(0)
    #expect(again.headers == issued.headers)
    sets.giveBack(again)
  }

  @Test func tagsCarryAllTheirParts() {
    for tag in [
      RecordTag(batch: 0, record: 0, pool: 1), RecordTag(batch: 70_000, record: 4_000_000_000, pool: 4_095),
      RecordTag.offset, RecordTag(batch: -1, record: 7),
    ] { #expect(RecordTag(pointer: tag.pointer) == tag) }
  }

  /// Beyond the pools that a tag can name, headers are simply made and freed.
  @Test func manyDifferentSetsStillWork() {
    let sets = HeaderSets()
    for number in 0..<5_000 {
      sets.adopt([[Header(name: "n\(number)", value: nil)]])
      let issued = sets.issue(0)
      #expect(issued.headers != nil)
      sets.giveBack(issued)
    }
    let last = sets.issue(0)
    #expect(last.pool == 0)
    sets.giveBack(last)
  }
}
