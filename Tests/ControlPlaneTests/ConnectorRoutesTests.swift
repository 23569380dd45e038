import JSON
import Testing

@testable import ControlPlane

@Suite struct ConnectorRoutesTests {
  let fixture = Fixture()

  @Test func createsAndShows() throws {
    let answer = fixture.send("POST", "/connectors", #"{"name":"s","config":\#(Fixture.config())}"#)
    #expect(answer.status == 201)
    #expect(answer.header("Location") == "http://127.0.0.1:8083/connectors/s")
    #expect(answer.header("Content-Type") == "application/json")
    let shown = fixture.send("GET", "/connectors/s")
    #expect(shown.status == 200)
    #expect(
      shown.text == #"{"name":"s","config":{"connector.class":"FileStreamSource","tasks.max":"1","file":"/tmp/in.txt","#
        + #""topic":"t1","name":"s"},"tasks":[{"connector":"s","task":0}],"type":"source"}"#)
    #expect(fixture.send("GET", "/connectors").text == #"["s"]"#)
    #expect(fixture.send("GET", "/connectors/s/config").json?["tasks.max"] == "1")
  }

  @Test func valuesBecomeStringsAsTheyWereWritten() {
    let config =
      #"{"connector.class":"FileStreamSource","topic":"t","a":1.10,"b":true,"c":1e400,"d":12345678901234567890}"#
    let answer = fixture.send("PUT", "/connectors/v/config", config)
    #expect(answer.status == 201)
    let shown = fixture.send("GET", "/connectors/v/config").json
    #expect(shown?["a"] == "1.10")
    #expect(shown?["b"] == "true")
    #expect(shown?["c"] == "1e400")
    #expect(shown?["d"] == "12345678901234567890")
  }

  @Test func aFirstPutCreatesAndALaterOneDoesNot() {
    let first = fixture.send("PUT", "/connectors/p/config", Fixture.config())
    #expect(first.status == 201 && first.header("Location") == "http://127.0.0.1:8083/connectors/p")
    let second = fixture.send("PUT", "/connectors/p/config", Fixture.config("t2"))
    #expect(second.status == 200 && second.header("Location") == nil)
    #expect(second.json?["config"]?["topic"] == "t2")
  }

  @Test func anExistingOneIsAConflict() {
    fixture.create("s")
    let answer = fixture.send("POST", "/connectors", #"{"name":"s","config":\#(Fixture.config())}"#)
    #expect(answer.status == 409 && answer.text == #"{"error_code":409,"message":"Connector s already exists"}"#)
  }

  @Test(arguments: [("STOPPED", "STOPPED"), ("paused", "PAUSED"), ("RUNNING", "RUNNING")])
  func initialState(given: String, state: String) {
    _ = fixture.send(
      "POST", "/connectors", #"{"name":"s","config":\#(Fixture.config()),"initial_state":"\#(given)"}"#)
    #expect(fixture.send("GET", "/connectors/s/status").json?["connector"]?["state"]?.string == state)
  }

  @Test func patchChangesAndRemoves() {
    fixture.create("s")
    let answer = fixture.send("PATCH", "/connectors/s/config", #"{"topic":"t9","file":null,"x":5}"#)
    #expect(answer.status == 200)
    let config = fixture.send("GET", "/connectors/s/config").json
    #expect(config == ["connector.class": "FileStreamSource", "tasks.max": "1", "topic": "t9", "name": "s", "x": "5"])
    #expect(fixture.send("PATCH", "/connectors/nope/config", "{}").message == "Connector nope not found")
    let nameless = fixture.send("PATCH", "/connectors/s/config", #"{"name":null}"#)
    #expect(nameless.status == 400)
    #expect(nameless.message?.contains(#"Missing required configuration "name""#) == true)
    let classless = fixture.send("PATCH", "/connectors/s/config", #"{"connector.class":null}"#)
    #expect(classless.status == 400 && classless.message?.hasSuffix("contains no connector type") == true)
    #expect(fixture.send("PATCH", "/connectors/s/config", #"{"name":"q"}"#).status == 400)
  }

  @Test func deletes() {
    fixture.create("s")
    let answer = fixture.send("DELETE", "/connectors/s")
    #expect(answer.status == 204 && answer.body.isEmpty && answer.headers.isEmpty)
    #expect(fixture.send("DELETE", "/connectors/s").text == #"{"error_code":404,"message":"Connector s not found"}"#)
  }

  @Test func expands() {
    fixture.create("a")
    fixture.create("b")
    let both = fixture.send("GET", "/connectors?expand=status&expand=info").json
    #expect(both?["a"]?["status"]?["connector"]?["state"] == "RUNNING")
    #expect(both?["b"]?["info"]?["config"]?["name"] == "b")
    #expect(fixture.send("GET", "/connectors?expand=status").json?["a"]?["info"] == nil)
    #expect(fixture.send("GET", "/connectors?expand=nothing").text == #"{"a":{},"b":{}}"#)
  }

  @Test(arguments: [
    ("with space", "with%20space"), ("a/b", "a%2Fb"), ("Größe", "Gr%C3%B6%C3%9Fe"), ("50%", "50%25"), ("a+b", "a+b"),
    ("q?x=1#y;z", "q%3Fx=1%23y%3Bz"), ("😀", "%F0%9F%98%80"),
  ])
  func names(name: String, encoded: String) {
    let answer = fixture.send("POST", "/connectors", #"{"name":"\#(name)","config":\#(Fixture.config())}"#)
    #expect(answer.status == 201)
    #expect(answer.header("Location") == "http://127.0.0.1:8083/connectors/\(encoded)")
    #expect(fixture.send("GET", "/connectors/\(encoded)/status").json?["name"]?.string == name)
    #expect(fixture.send("PUT", "/connectors/\(encoded)/stop").status == 204)
    #expect(fixture.send("DELETE", "/connectors/\(encoded)").status == 204)
  }

  @Test func aNameInABodyIsTrimmedAndOneInAPathIsNot() {
    #expect(fixture.send("POST", "/connectors", #"{"name":" p ","config":\#(Fixture.config())}"#).json?["name"] == "p")
    #expect(fixture.send("PUT", "/connectors/%20q%20/config", Fixture.config()).json?["name"] == " q ")
  }

  @Test func parametersOfASegmentAreIgnored() {
    fixture.create("s")
    #expect(fixture.send("GET", "/connectors/s;x=1/status;y").json?["name"] == "s")
    #expect(fixture.send("GET", "/connectors/s/").status == 200)
  }
}
