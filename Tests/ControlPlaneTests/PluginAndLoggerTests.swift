import JSON
import Telemetry
import Testing

@testable import ControlPlane

@Suite struct PluginRoutesTests {
  let fixture = Fixture()

  @Test func lists() {
    #expect(fixture.send("GET", "/connector-plugins").json?.array?.count == 2)
    #expect(fixture.send("GET", "/connector-plugins?connectorsOnly=").json?.array?.count == 2)
    #expect(fixture.send("GET", "/connector-plugins?connectorsOnly=false").json?.array?.count == 3)
    let keys = fixture.send("GET", "/connector-plugins/FileStreamSource/config").json?.array
    #expect(keys?.map { $0["name"]?.string } == ["name", "topic"])
    #expect(
      fixture.send("GET", "/connector-plugins/Nope/config").text
        == #"{"error_code":404,"message":"Unknown plugin Nope."}"#)
  }

  @Test func validates() {
    let answer = fixture.send(
      "PUT", "/connector-plugins/FileStreamSource/config/validate",
      #"{"connector.class":"org.apache.kafka.connect.file.FileStreamSourceConnector","name":"x","tasks.max":1}"#)
    #expect(answer.status == 200)
    #expect(answer.json?["error_count"] == 1)
  }

  @Test(arguments: [
    ("FileStreamSource", #"{"name":"x"}"#, "Connector config {name=x} contains no connector type"),
    (
      "FileStreamSource", #"{"connector.class":"FileStreamSink"}"#,
      "Included connector type FileStreamSink does not match request type FileStreamSource"
    ),
    (
      "org.x.FileStreamSource", #"{"connector.class":"FileStreamSource"}"#,
      "Included connector type FileStreamSource does not match request type org.x.FileStreamSource"
    ),
    ("FileStreamSource", "[]", "The request body can't be read: the body is a list; an object is expected"),
  ])
  func refuses(plugin: String, body: String, message: String) {
    let answer = fixture.send("PUT", "/connector-plugins/\(plugin)/config/validate", body)
    #expect(answer.status == 400 && answer.message == message)
  }

  @Test func refusesUnknownClasses() {
    let answer = fixture.send("PUT", "/connector-plugins/Nope/config/validate", #"{"connector.class":"Nope"}"#)
    #expect(answer.status == 400)
    #expect(answer.message?.contains("which name matches Nope") == true)
  }
}

@Suite struct LoggerRoutesTests {
  let fixture = Fixture()
  let engine: Log
  let source: Log

  init() {
    engine = Log("engine", system: fixture.loggers)
    source = Log("engine.source", system: fixture.loggers)
  }

  @Test func shows() {
    #expect(
      fixture.send("GET", "/admin/loggers").text
        == #"{"engine":{"level":"INFO","last_modified":null},"engine.source":{"level":"INFO","last_modified":null},"#
        + #""root":{"level":"INFO","last_modified":null}}"#)
    #expect(fixture.send("GET", "/admin/loggers/root").text == #"{"level":"INFO","last_modified":null}"#)
    #expect(fixture.send("GET", "/admin/loggers/no").text == #"{"error_code":404,"message":"Logger no not found."}"#)
  }

  @Test func setsALoggerAndThoseBelow() {
    #expect(fixture.send("PUT", "/admin/loggers/engine", #"{"level":"debug"}"#).text == #"["engine","engine.source"]"#)
    #expect(source.isEnabled(.debug) && !source.isEnabled(.trace))
    let shown = fixture.send("GET", "/admin/loggers/engine").json
    #expect(shown?["level"] == "DEBUG")
    #expect((shown?["last_modified"]?.int ?? 0) > 1_700_000_000_000)
    #expect(fixture.send("PUT", "/admin/loggers/engine", #"{"level":"DEBUG"}"#).text == "[]")
    #expect(fixture.send("PUT", "/admin/loggers/new", #"{"level":"WARN"}"#).text == #"["new"]"#)
    #expect(
      fixture.send("PUT", "/admin/loggers/root", #"{"level":"WARN"}"#).text == #"["engine","engine.source","root"]"#)
  }

  @Test func ofAClusterNothingIsListed() {
    let answer = fixture.send("PUT", "/admin/loggers/engine?scope=cluster", #"{"level":"ERROR"}"#)
    #expect(answer.status == 204 && answer.body.isEmpty)
    #expect(engine.isEnabled(.error) && !engine.isEnabled(.warn))
  }

  @Test func refuses() {
    for level in ["LOUD", "WARNING"] {
      let answer = fixture.send("PUT", "/admin/loggers/x", "{\"level\":\"\(level)\"}")
      #expect(answer.text == "{\"error_code\":404,\"message\":\"invalid log level '\(level)'.\"}")
    }
    #expect(
      fixture.send("PUT", "/admin/loggers/x", "{}").message
        == "Desired 'level' parameter was not specified in request.")
    #expect(fixture.send("PUT", "/admin/loggers/x", "[]").status == 400)
  }
}
