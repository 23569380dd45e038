import Engine
import JSON
import Synchronization
import Testing

@testable import ControlPlane

@Suite struct ConnectorStateTests {
  let fixture = Fixture()

  @Test func statuses() {
    fixture.create("s")
    #expect(
      fixture.send("GET", "/connectors/s/status").text
        == #"{"name":"s","connector":{"state":"RUNNING","worker_id":"127.0.0.1:8083","version":"4.3.1"},"#
        + #""tasks":[{"id":0,"state":"RUNNING","worker_id":"127.0.0.1:8083","version":"4.3.1"}],"type":"source"}"#)
    #expect(fixture.send("GET", "/connectors/s/tasks/0/status").json?["state"] == "RUNNING")
    #expect(fixture.send("GET", "/connectors/no/status").message == "No status found for connector no")
    #expect(fixture.send("GET", "/connectors/s/tasks/7/status").message == "No status found for task s-7")
    #expect(fixture.send("GET", "/connectors/s/tasks/x/status").message == "HTTP 404 Not Found")
  }

  @Test func aFailureHasItsTrace() throws {
    fixture.create("s")
    try fixture.control.change("s") { $0.isFailed = true }
    let status = fixture.send("GET", "/connectors/s/status").json
    #expect(status?["connector"]?["trace"] == nil)
    #expect(status?["tasks"]?.array?.first?["state"] == "FAILED")
    #expect(status?["tasks"]?.array?.first?["trace"]?.string?.hasPrefix("CDC-2003") == true)
  }

  @Test func pausesResumesStops() {
    fixture.create("s")
    for (verb, status, state) in [("pause", 202, "PAUSED"), ("resume", 202, "RUNNING"), ("stop", 204, "STOPPED")] {
      let answer = fixture.send("PUT", "/connectors/s/\(verb)")
      #expect(answer.status == status && answer.body.isEmpty && answer.headers.isEmpty)
      #expect(fixture.send("GET", "/connectors/s/status").json?["connector"]?["state"]?.string == state)
      #expect(
        fixture.send("PUT", "/connectors/no/\(verb)").text == #"{"error_code":404,"message":"Unknown connector no"}"#)
    }
    #expect(fixture.send("GET", "/connectors/s/tasks").text == "[]")
  }

  @Test(arguments: [
    ("", 204, "s tasks=false failed=false"), ("?includeTasks=true", 202, "s tasks=true failed=false"),
    ("?onlyFailed=TRUE", 202, "s tasks=false failed=true"), ("?includeTasks=yes", 204, "s tasks=false failed=false"),
    ("?includeTasks=true&onlyFailed=true", 202, "s tasks=true failed=true"),
  ])
  func restarts(query: String, status: Int, call: String) {
    fixture.create("s")
    let answer = fixture.send("POST", "/connectors/s/restart" + query)
    #expect(answer.status == status)
    #expect(answer.body.isEmpty == (status == 204))
    #expect(fixture.control.state.withLock { $0.restarts } == [call])
  }

  @Test func whatRestartsIsShown() throws {
    fixture.create("s")
    try fixture.control.change("s") { $0.isFailed = true }
    let failed = fixture.send("POST", "/connectors/s/restart?includeTasks=true&onlyFailed=true").json
    #expect(failed?["connector"]?["state"] == "RUNNING")
    #expect(failed?["tasks"]?.array?.first?["state"] == "RESTARTING")
    #expect(failed?["tasks"]?.array?.first?["trace"] == nil)
    #expect(fixture.send("POST", "/connectors/no/restart").message == "Unknown connector: no")
  }

  @Test func restartsATask() {
    fixture.create("s")
    #expect(fixture.send("POST", "/connectors/s/tasks/0/restart").status == 204)
    #expect(fixture.control.state.withLock { $0.restarts } == ["s-0"])
    #expect(fixture.send("POST", "/connectors/s/tasks/1/restart").message == "Unknown task: s-1")
    #expect(fixture.send("POST", "/connectors/no/tasks/0/restart").message == "Unknown connector: no")
    #expect(fixture.send("POST", "/connectors/s/tasks/99999999999/restart").message == "HTTP 404 Not Found")
  }

  @Test func tasks() {
    fixture.create("s")
    let tasks = fixture.send("GET", "/connectors/s/tasks").json?.array
    #expect(tasks?.count == 1)
    #expect(tasks?.first?["id"] == ["connector": "s", "task": 0])
    #expect(tasks?.first?["config"]?["topic"] == "t1")
    #expect(fixture.send("GET", "/connectors/no/tasks").message == "Connector no not found")
    #expect(fixture.send("POST", "/connectors/s/tasks", "[]").message == "Internal request missing required signature")
    #expect(fixture.send("PUT", "/connectors/s/fence").status == 400)
  }
}
