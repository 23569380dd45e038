import Avro
import ChangeModel
import Flow
import Foundation
import JSON
import KafkaClient
import Telemetry
import TestSupport
import Testing

@testable import Engine

/// Dead letters through a worker, as REST asks for them.
@Suite(.needsKafka) struct WorkerDeadLetterTests {
  private let fixture: DeadLetterFixture
  private let folder: TemporaryFolder
  private let metrics = MetricRegistry()
  private let worker: Worker

  /// A sink whose tasks only wait.
  private static let sink = ConnectorClass(
    names: ["io.example.Sink", "sink"], role: .sink, problems: { _, _ in [] }, validation: { _ in [:] },
    plan: { _, _ throws(CDCError) in
      ConnectorPlan(
        tasks: [], retry: RetryPolicy(maxRetries: 0, longestWait: .milliseconds(1)), notices: [],
        figures: { ConnectorFigures() })
    }, offsets: { _, _ throws(CDCError) in [] }, alterOffsets: { _, _, _ throws(CDCError) in })

  init() throws {
    fixture = try DeadLetterFixture()
    folder = try TemporaryFolder("worker-dead-letters")
    let services = WorkerServices(
      groupID: "g", workerID: "127.0.0.1:8083", kafka: fixture.kafka, store: FileStateStore(directory: folder.path),
      embeddedOffsets: nil, offsetsTopic: "o", offsetsReplication: -1, registryURLs: "", registryDescription: [:],
      schemas: { _ throws(CDCError) in throw CDCError(.unexpected, "no schemas here") }, connectorsDirectory: nil,
      log: Log("test", system: LogSystem(descriptor: -1)), metrics: metrics)
    worker = Worker(services: services, classes: [Self.sink])
    EngineMetrics(worker: worker).register(in: metrics)
    try worker.start()
    let config: JSONObject = [
      "connector.class": "sink", "errors.deadletterqueue.topic.name": .string(fixture.dlq),
    ]
    _ = try worker.put(fixture.connector, config: config, mustBeNew: true, initialState: .stopped)
  }

  private func status(_ body: () throws -> Void) -> Int? {
    do { try body() } catch { return (error as? ControlError)?.status }
    return nil
  }

  @Test func whatIsOpenIsListedShownAndInHealth() throws {
    defer { worker.shutDown(patience: .seconds(5)) }
    try fixture.park([.init(1, key: "a", value: "{\"n\":1}"), .init(2, key: "b")])
    let groups = try worker.deadLetterGroups(topic: nil, connector: fixture.connector, all: false)
    #expect(groups.count == 1)
    let group = try #require(groups.first)
    #expect(
      group.object?.names == [
        "topic", "fingerprint", "count", "first_seen", "last_seen", "connector", "source_topic", "code", "class",
        "pointer", "message",
      ])
    #expect(group["count"] == 2 && group["first_seen"] == "2023-11-14T22:13:20.001Z")
    #expect(status { _ = try worker.deadLetterGroups(topic: nil, connector: "none", all: false) } == 404)
    #expect(status { _ = try worker.deadLetterGroups(topic: "none", connector: nil, all: false) } == 404)

    var shown: [JSONValue] = []
    try worker.deadLetters(fixture.dlq, DeadLetterChoice(partition: 0, offset: 1), limit: 5) {
      shown.append($0)
      return true
    }
    #expect(shown.map { $0["key"] } == ["b"])
    shown = []
    try worker.deadLetters(fixture.dlq, DeadLetterChoice(), limit: 1) {
      shown.append($0)
      return true
    }
    #expect(shown.map { $0["value"] } == [["n": 1]] && shown.first?["headers"]?["cdc.errors.code"] == "CDC-7003")
    #expect(status { try worker.deadLetters("none", DeadLetterChoice(), limit: 1) { _ in true } } == 404)

    worker.deadLetterMonitor.wake()
    let tells = try eventually(within: .seconds(20)) {
      let entry = worker.health().body["connectors"]?[fixture.connector]?["dead_letters"]
      return entry?["depth"] == 2 && entry?["causes"] == ["CDC-7003": 2] && entry?["oldest_seconds"] != nil
    }
    #expect(tells)
    let text = String(decoding: metrics.prometheusText(), as: UTF8.self)
    #expect(text.contains("cdc_dlq_depth{") && text.contains("code=\"CDC-7003\"} 2"))
    #expect(text.contains("cdc_dlq_oldest_seconds{"))
  }

  @Test func aReplayAndADiscardAnswerWithCounts() throws {
    defer { worker.shutDown(patience: .seconds(5)) }
    try fixture.park([.init(1, key: "a"), .init(2, key: "b"), .init(3, key: "c")])
    let dry = try worker.replayDeadLetters(fixture.dlq, DeadLetterReplay(isDryRun: true)) { true }
    #expect(dry == ["matched": 3, "replayed": 3, "failed": 0, "dry_run": true])
    let one = DeadLetterChoice(partition: 0, offset: 0)
    let replay = try worker.replayDeadLetters(fixture.dlq, DeadLetterReplay(choice: one)) { true }
    #expect(replay["replayed"] == 1)
    #expect(try fixture.read(fixture.replayTopic).map(\.key) == ["a"])
    let two = DeadLetterChoice(partition: 0, offset: 1)
    let discard = try worker.discardDeadLetters(fixture.dlq, two, reason: "test") { true }
    #expect(discard["discarded"] == 1)
    var settled: JSONValue?
    try worker.deadLetters(fixture.dlq, two, limit: 1) {
      settled = $0
      return true
    }
    #expect(settled?["outcome"] == "discarded" && settled?["reason"] == "test" && settled?["settled_at"]?.string != nil)
    for (choice, reason) in [(DeadLetterChoice(), "test"), (two, ""), (DeadLetterChoice(partition: 0), "test")] {
      #expect(status { _ = try worker.discardDeadLetters(fixture.dlq, choice, reason: reason) { true } } == 400)
    }
    for request in [
      DeadLetterReplay(set: [("no pointer", 1)]), DeadLetterReplay(destination: "nowhere"),
      DeadLetterReplay(choice: DeadLetterChoice(offset: 1)),
    ] {
      #expect(status { _ = try worker.replayDeadLetters(fixture.dlq, request) { true } } == 400)
    }
    // A second one at the same time is refused.
    #expect(worker.services.settling.enter(fixture.dlq))
    #expect(status { _ = try worker.replayDeadLetters(fixture.dlq, DeadLetterReplay()) { true } } == 409)
    worker.services.settling.leave(fixture.dlq)
    try worker.delete(fixture.connector)
    #expect(status { _ = try worker.replayDeadLetters(fixture.dlq, DeadLetterReplay()) { true } } == 404)
    #expect(try fixture.read(fixture.replayTopic).count == 1)
  }
}
