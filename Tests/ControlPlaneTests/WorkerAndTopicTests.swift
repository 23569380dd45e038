import Engine
import JSON
import Synchronization
import Testing

@testable import ControlPlane

@Suite struct WorkerRoutesTests {
  let fixture = Fixture()

  @Test func root() {
    #expect(fixture.send("GET", "/").text == #"{"version":"4.3.1","commit":"abcdef","kafka_cluster_id":"cluster-1"}"#)
  }

  @Test(arguments: [(WorkerStatus.healthy, 200), (.starting, 503), (.unhealthy, 503)])
  func health(status: WorkerStatus, code: Int) {
    fixture.control.state.withLock { $0.health = status }
    let answer = fixture.send("GET", "/health")
    #expect(answer.status == code)
    #expect(answer.json?["status"]?.string == status.rawValue)
    #expect(answer.json?["message"]?.string?.hasPrefix("Worker ") == true)
    #expect(answer.json?["connectors"] == [])
    #expect(fixture.send("GET", "/health/ready").status == code)
    #expect(fixture.send("GET", "/health/live").status == 200)
  }

  /// A worker that has not read its connectors must not say that there are none.
  @Test func connectorsOfAStartingWorker() {
    fixture.control.state.withLock { $0.hasStarted = false }
    for path in ["/connectors", "/connectors/crm/status"] {
      let answer = fixture.send("GET", path)
      #expect(answer.status == 500)
      #expect(answer.text.contains("Request timed out. The worker is still starting up"))
    }
    #expect(fixture.send("GET", "/").status == 200)
  }

  @Test func metrics() {
    let answer = fixture.send("GET", "/metrics")
    #expect(answer.text == "cdc_events_total 1\n")
    #expect(answer.header("Content-Type") == "text/plain; version=0.0.4")
  }
}

@Suite struct TopicRoutesTests {
  let fixture = Fixture()

  @Test(arguments: [("", false), ("?dry_run=true", true), ("?dry_run=false", false)])
  func appliesTopics(query: String, isDry: Bool) {
    let answer = fixture.send("POST", "/topics/apply" + query, "t: 1")
    #expect(answer.status == 200)
    #expect(answer.json?["dry_run"]?.bool == isDry)
    #expect(answer.json?["steps"]?.array?.first?["topic"]?.string == "t: 1")
    fixture.control.state.withLock { $0.kafkaError = ControlError(status: 400, message: "CDC-6007") }
    #expect(fixture.send("POST", "/topics/apply", "t: 1").status == 400)
  }

  /// Reads a stream until it ends or has this many pieces.
  private func read(_ answer: RESTResponse, atMost limit: Int = 100) -> (lines: [String], other: RESTResponse?) {
    guard case .stream(let run) = answer.content else { return ([], nil) }
    var lines: [String] = []
    let other = run { piece in
      lines.append(String(decoding: piece, as: UTF8.self))
      return lines.count < limit
    }
    return (lines, other)
  }

  @Test func lists() {
    #expect(fixture.send("GET", "/topics").text == #"[{"name":"t1","partitions":1,"replication":1}]"#)
    fixture.control.state.withLock { $0.kafkaError = ControlError(status: 503, message: "no broker") }
    #expect(fixture.send("GET", "/topics").text == #"{"error_code":503,"message":"no broker"}"#)
  }

  @Test func reads() {
    fixture.control.state.withLock { $0.records = [#"{"offset":0}"#, #"{"offset":1}"#] }
    let answer = fixture.send("GET", "/topics/t1/records")
    #expect(answer.status == 200 && answer.header("Content-Type") == "application/x-ndjson")
    #expect(read(answer).lines == ["{\"offset\":0}\n", "{\"offset\":1}\n"])
    #expect(read(fixture.send("GET", "/topics/t1/records?limit=1&from=beginning")).lines.count == 1)
    #expect(read(fixture.send("GET", "/topics/t1/records?from=end")).lines.isEmpty)
  }

  @Test func followsUntilTheClientIsGone() {
    fixture.control.state.withLock { $0.records = ["1"] }
    #expect(read(fixture.send("GET", "/topics/t1/records?follow=true"), atMost: 3).lines == ["1\n", "", ""])
  }

  @Test func errorsBeforeAndBehindTheFirstLine() {
    #expect(read(fixture.send("GET", "/topics/no/records")).other?.status == 404)
    fixture.control.state.withLock {
      $0.records = ["1"]
      $0.kafkaError = ControlError(status: 503, message: "no broker")
    }
    let late = read(fixture.send("GET", "/topics/t1/records"))
    #expect(late.lines == ["1\n", "{\"error_code\":503,\"message\":\"no broker\"}\n"] && late.other == nil)
  }

  @Test(arguments: ["from=middle", "limit=x", "limit=0", "limit=-1"])
  func refusesParameters(query: String) {
    #expect(fixture.send("GET", "/topics/t1/records?\(query)").status == 400)
  }
}
