import ChangeModel
import Foundation
import KafkaClient
import TestSupport
import Testing

@testable import Engine

@Suite struct DeadLetterBrokerTests {
  /// The broker is killed and comes back while dead letters are replayed: the same run goes on, each comes once.
  @Test(.needsKafkaKit)
  func aBrokerThatIsKilledInBetweenChangesNothing() throws {
    let broker = try KafkaBroker()
    let fixture = try DeadLetterFixture(
      KafkaEnvironment(properties: KafkaProperties([("bootstrap.servers", broker.bootstrap)])))
    try fixture.park((0..<3_000).map { .init($0, key: "k\($0 % 50)") })
    let restarts = Restarts(broker)
    let summary = try fixture.settle(rate: 1_000) {
      restarts.once()
      return true
    }
    #expect(restarts.error == nil && restarts.count == 1)
    #expect(summary.settled == 3_000 && summary.failed == 0)
    var last: [String: Int64] = [:]
    let read = try fixture.read(fixture.replayTopic)
    #expect(read.count == 3_000)
    for record in read {
      let key = try #require(record.key)
      #expect((last[key] ?? 0) < record.timestamp)
      last[key] = record.timestamp
    }
    #expect(try fixture.groups().isEmpty)
  }

  private final class Restarts {
    let broker: KafkaBroker
    var count = 0
    var error: (any Error)?
    init(_ broker: KafkaBroker) { self.broker = broker }

    func once() {
      guard count == 0 else { return }
      count += 1
      do { try broker.restart() } catch { self.error = error }
    }
  }

  /// Without isolated transactions, but with the same answers.
  @Test func theEmbeddedBrokerServesToo() throws {
    let fixture = try DeadLetterFixture(KafkaEnvironment(embedded: try EmbeddedBroker()))
    try fixture.park([.init(1, key: "a"), .init(1, key: "a"), .init(2, key: "b", partition: 1), .init(3, key: "c")])
    #expect(try fixture.groups().map(\.open) == [3])
    #expect(try fixture.settle(.init(place: .init(partition: 0, offset: 3)), discard: "test").settled == 1)
    #expect(try fixture.settle().settled == 2)
    #expect(try fixture.settle().matched == 0)
    #expect(Set(try fixture.read(fixture.replayTopic).compactMap(\.key)) == ["a", "b"])
    #expect(try fixture.groups(all: true).map(\.discarded) == [1])
  }
}
