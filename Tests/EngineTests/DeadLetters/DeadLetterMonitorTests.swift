import ChangeModel
import Flow
import KafkaClient
import Telemetry
import TestSupport
import Testing

@testable import Engine

@Suite(.needsKafka) struct DeadLetterMonitorTests {
  private let fixture: DeadLetterFixture

  init() throws { fixture = try DeadLetterFixture() }

  private func depth(_ watch: DeadLetterWatch) -> Int { watch.counts.values.map(\.count).reduce(0, +) }

  @Test func theWatchReadsOnAndCountsWhatIsOpen() throws {
    var watch = DeadLetterWatch()
    #expect(try !watch.update(fixture.source, stop: StopFlag()) || depth(watch) == 0)
    var other = DeadLetterFixture.Letter(2, key: "b")
    other.code = "CDC-7009"
    try fixture.park([.init(1, key: "a"), .init(1, key: "a"), other])
    #expect(try watch.update(fixture.source, stop: StopFlag()))
    #expect(depth(watch) == 2)
    let cause = DeadLetterWatch.Cause(connector: fixture.connector, code: "CDC-7009")
    #expect(watch.counts[cause]?.oldest == other.timestamp + 2)
    // The transaction's end may still have come in.
    #expect(try eventually { try !watch.update(fixture.source, stop: StopFlag()) }, "nothing came")

    try fixture.settle(.init(place: .init(partition: 0, offset: 0)))
    #expect(try watch.update(fixture.source, stop: StopFlag()))
    #expect(depth(watch) == 1)
    // A kill's second writing of what was settled in between is not open.
    try fixture.park([.init(1, key: "a"), .init(3, key: "c")])
    #expect(try watch.update(fixture.source, stop: StopFlag()))
    #expect(depth(watch) == 2)
    var fresh = DeadLetterWatch()
    #expect(try fresh.update(fixture.source, stop: StopFlag()) && depth(fresh) == 2)
  }

  @Test func theMonitorTellsDepthCausesAndAge() throws {
    try fixture.park([.init(1, key: "a"), .init(2, key: "b")])
    let monitor = DeadLetterMonitor(interval: .seconds(60), log: Log("test"))
    #expect(monitor.readings.isEmpty)
    let source = UnsafeTransfer(fixture.source)
    monitor.start { [source.value] }
    defer { monitor.shutDown() }
    monitor.wake()
    let reading = DeadLetterMonitor.Reading(
      topic: fixture.dlq, connector: fixture.connector, causes: ["CDC-7003": 2], oldest: 1_700_000_000_001)
    #expect(try eventually(within: .seconds(20)) { monitor.readings == [reading] })
    #expect(reading.oldestSeconds(now: 1_700_000_010_001_000) == 10)
    try fixture.settle()
    monitor.wake()
    #expect(try eventually(within: .seconds(20)) { monitor.readings.isEmpty })
  }
}
