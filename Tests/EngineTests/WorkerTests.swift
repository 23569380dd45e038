import Avro
import ChangeModel
import Flow
import Foundation
import JSON
import KafkaClient
import Telemetry
import Testing

@testable import Engine

/// A connector class whose tasks do what their configuration says.
private func fakeClass(_ runs: RunCount) -> ConnectorClass {
  ConnectorClass(
    names: ["io.example.FakeConnector", "fake"], role: .source,
    problems: { config, _ in
      config["good"]?.string == "no" ? [(key: "good", message: "good must not be no")] : []
    },
    validation: { _ in ["name": "fake"] },
    plan: { name, config throws(CDCError) in
      if config["plan"]?.string == "fails" { throw CDCError(.unexpected, "no plan for \(name)") }
      let body: TaskRunner.Body = { context throws(CDCError) in
        runs.add(name)
        if config["task"]?.string == "fails" { throw CDCError(.unexpected, "the task of \(name) failed") }
        while !context.stop.wait(.seconds(60)) {}
        runs.ended(name, keepsState: context.keepsState())
        return .stopped
      }
      return ConnectorPlan(
        tasks: [body], retry: RetryPolicy(maxRetries: 0, longestWait: .milliseconds(1)), notices: [],
        figures: { ConnectorFigures(topics: ["\(name).topic"]) })
    },
    offsets: { _, _ throws(CDCError) in [OffsetEntry(partition: ["server": "x"], offset: ["lsn": 1])] },
    alterOffsets: { name, _, changes throws(CDCError) in runs.add("\(name):\(changes?.count ?? -1)") })
}

private final class RunCount: @unchecked Sendable {
  private let lock = Lock()
  private var counts: [String: Int] = [:]
  private var kept: [String: Bool] = [:]
  func add(_ name: String) { lock.withLock { counts[name, default: 0] += 1 } }
  func ended(_ name: String, keepsState: Bool) { lock.withLock { kept[name] = keepsState } }
  func count(_ name: String) -> Int { lock.withLock { counts[name] ?? 0 } }
  func keptState(_ name: String) -> Bool? { lock.withLock { kept[name] } }
}

@Suite struct WorkerTests {
  private final class Fixture {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    let runs = RunCount()
    var worker: Worker

    init() throws {
      try DurableFile.makeFolder(folder)
      worker = Fixture.worker(folder, runs)
      try worker.start()
    }

    deinit {
      worker.shutDown(patience: .seconds(5))
      try? FileManager.default.removeItem(atPath: folder)
    }

    static func worker(_ folder: String, _ runs: RunCount, directory: String? = nil) -> Worker {
      let services = WorkerServices(
        groupID: "g", workerID: "127.0.0.1:8083",
        kafka: KafkaEnvironment(properties: KafkaProperties([("bootstrap.servers", "127.0.0.1:1")])),
        store: FileStateStore(directory: folder), embeddedOffsets: nil, offsetsTopic: "o", offsetsReplication: -1,
        registryURLs: "", registryDescription: [:],
        schemas: { _ throws(CDCError) in throw CDCError(.unexpected, "no schemas here") },
        connectorsDirectory: directory, log: Log("test", system: LogSystem(descriptor: -1)), metrics: MetricRegistry())
      return Worker(services: services, classes: [fakeClass(runs)])
    }

    func restart(directory: String? = nil) throws {
      worker.shutDown(patience: .seconds(5))
      worker = Fixture.worker(folder, runs, directory: directory)
      try worker.start()
    }

    func put(_ name: String, _ config: JSONObject = [:]) throws {
      var config = config
      config["connector.class"] = "fake"
      _ = try worker.put(name, config: config, mustBeNew: true, initialState: .running)
    }

    func taskState(_ name: String) -> String? { worker.status(name)?.tasks.first?.state.state }

    func until(_ what: () -> Bool) -> Bool {
      for _ in 0..<500 {
        if what() { return true }
        usleep(10_000)
      }
      return false
    }
  }

  @Test func aConnectorRunsAndComesBackAfterARestart() throws {
    let fixture = try Fixture()
    try fixture.put("a", ["x": "1"])
    #expect(fixture.until { fixture.runs.count("a") == 1 })
    #expect(fixture.worker.info("a")?.config == ["x": "1", "connector.class": "fake", "name": "a"])
    #expect(fixture.worker.status("a")?.connector.state == "RUNNING")
    try fixture.restart()
    #expect(fixture.runs.keptState("a") == true)
    #expect(fixture.until { fixture.runs.count("a") == 2 })
    #expect(fixture.worker.connectorNames() == ["a"])
  }

  @Test func stagesArePlugIns() throws {
    let fixture = try Fixture()
    let plugins = fixture.worker.plugins()
    #expect(plugins.filter { $0.type == "source" || $0.type == "sink" }.map(\.className).last == "fake")
    let stages = plugins.filter { $0.type == "transformation" }.map(\.className)
    #expect(stages.contains("org.apache.kafka.connect.transforms.MaskField$Key"))
    #expect(stages.contains("validate"))
    #expect(plugins.filter { $0.type == "predicate" }.count == 3)
    let keys = fixture.worker.validate(plugin: "MaskField$Value", config: [:])
    #expect(
      keys?["configs"]?.array?.compactMap { $0["definition"]?["name"]?.string }
        == ["fields", "replacement", "replace.null.with.default"])
  }

  @Test func statesAreReachedAndKept() throws {
    let fixture = try Fixture()
    try fixture.put("a")
    #expect(fixture.until { fixture.runs.count("a") == 1 })
    try fixture.worker.setTarget("a", .paused)
    #expect(fixture.until { fixture.taskState("a") == "PAUSED" })
    #expect(fixture.worker.status("a")?.connector.state == "PAUSED")
    try fixture.worker.setTarget("a", .stopped)
    #expect(fixture.until { fixture.worker.info("a")?.tasks == [] })
    #expect(fixture.worker.status("a")?.tasks.isEmpty == true)
    try fixture.restart()
    #expect(fixture.worker.status("a")?.connector.state == "STOPPED")
    try fixture.worker.setTarget("a", .running)
    #expect(fixture.until { fixture.runs.count("a") == 2 })
  }

  @Test func stoppingAndDeletingLetGoOfTheServersState() throws {
    let fixture = try Fixture()
    try fixture.put("a")
    try fixture.put("b")
    #expect(fixture.until { fixture.runs.count("a") == 1 && fixture.runs.count("b") == 1 })
    try fixture.worker.setTarget("a", .stopped)
    #expect(fixture.until { fixture.runs.keptState("a") == false })
    try fixture.worker.delete("b")
    #expect(fixture.runs.keptState("b") == false)
    #expect(fixture.worker.connectorNames() == ["a"])
    #expect(throws: ControlError.self) { try fixture.worker.delete("b") }
  }

  @Test func failuresShowWithTheirTraceAndHurtNobodyElse() throws {
    let fixture = try Fixture()
    try fixture.put("bad", ["task": "fails"])
    try fixture.put("worse", ["plan": "fails"])
    try fixture.put("good")
    #expect(fixture.until { fixture.taskState("bad") == "FAILED" })
    #expect(
      fixture.worker.status("bad")?.tasks.first?.state.trace?.hasPrefix("CDC-6001: the task of bad failed") == true)
    #expect(fixture.until { fixture.worker.status("worse")?.connector.state == "FAILED" })
    #expect(fixture.until { fixture.taskState("good") == "RUNNING" })
    let (status, body) = fixture.worker.health()
    #expect(status == .healthy)
    #expect(body["connectors"]?["bad"]?["state"] == "FAILED")
    #expect(body["connectors"]?["worse"]?["last_error"]?["code"] == "CDC-6001")
    #expect(body["connectors"]?["good"]?["state"] == "RUNNING")
    try fixture.worker.restart("bad", includeTasks: true, onlyFailed: true)
    #expect(fixture.until { fixture.runs.count("bad") == 2 })
    #expect(fixture.runs.count("good") == 1)
  }

  @Test func badConfigurationsAreRefusedAndNotStored() throws {
    let fixture = try Fixture()
    #expect {
      try fixture.put("a", ["good": "no"])
    } throws: { error in
      guard let error = error as? ControlError else { return false }
      return error.status == 400 && error.message.contains("good must not be no")
    }
    #expect(throws: ControlError.self) {
      _ = try fixture.worker.put("a", config: ["connector.class": "none"], mustBeNew: true, initialState: .running)
    }
    #expect(fixture.worker.connectorNames().isEmpty)
    try fixture.put("a")
    #expect {
      try fixture.put("a")
    } throws: { ($0 as? ControlError)?.status == 409 }
  }

  @Test func aNewConfigurationRestartsTheTasks() throws {
    let fixture = try Fixture()
    try fixture.put("a")
    #expect(fixture.until { fixture.runs.count("a") == 1 })
    let (info, created) = try fixture.worker.put(
      "a", config: ["connector.class": "fake", "y": "2"], mustBeNew: false, initialState: .running)
    #expect(!created && info.config["y"] == "2")
    #expect(fixture.until { fixture.runs.count("a") == 2 })
  }

  @Test func offsetsChangeOnlyWhileStopped() throws {
    let fixture = try Fixture()
    try fixture.put("a")
    #expect(try fixture.worker.offsets("a").count == 1)
    #expect {
      try fixture.worker.resetOffsets("a")
    } throws: { ($0 as? ControlError)?.status == 400 }
    try fixture.worker.setTarget("a", .stopped)
    #expect(fixture.until { fixture.worker.info("a")?.tasks == [] })
    try fixture.worker.resetOffsets("a")
    #expect(fixture.runs.count("a:-1") == 1)
  }

  @Test func topicsAreForgottenOnRequest() throws {
    let fixture = try Fixture()
    try fixture.put("a")
    #expect(fixture.until { (try? fixture.worker.topics("a")) == ["a.topic"] })
    try fixture.worker.resetTopics("a")
    #expect(try fixture.worker.topics("a").isEmpty)
  }

  @Test func filesAreAppliedOnceAndBadOnesShow() throws {
    let fixture = try Fixture()
    let directory = fixture.folder + "/connectors"
    try DurableFile.makeFolder(directory)
    try DurableFile.replace(directory + "/one.json", with: Array(#"{"connector.class":"fake","n":1}"#.utf8))
    try DurableFile.replace(directory + "/two.json", with: Array("{broken".utf8))
    try DurableFile.replace(directory + "/schema.json", with: Array(#"{"type":"record"}"#.utf8))
    try fixture.restart(directory: directory)
    #expect(fixture.worker.connectorNames() == ["one"])
    #expect(fixture.worker.info("one")?.config["n"] == "1")
    #expect(fixture.worker.badFiles.keys.sorted() == ["two.json"])
    #expect(fixture.worker.badFiles["two.json"]?.contains("line 1") == true)
    _ = try fixture.worker.put(
      "one", config: ["connector.class": "fake", "n": "2"], mustBeNew: false, initialState: .running)
    try fixture.restart(directory: directory)
    #expect(fixture.worker.info("one")?.config["n"] == "2", "an unchanged file does not win over REST")
  }
}
