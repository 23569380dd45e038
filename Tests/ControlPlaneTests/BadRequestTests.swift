import JSON
import Testing

@testable import ControlPlane

@Suite struct BadRequestTests {
  let fixture = Fixture()

  @Test(arguments: [
    ("", "the body is empty; JSON is expected"),
    ("{", "line 1, column 2: a member's name in quotes is missing"),
    ("{\"name\":\"a\"\n \"config\":{}}", "line 2, column 2: a comma or } is missing"),
    (#"{"name":"a"} x"#, "line 1, column 14: there is more text behind the value"),
    ("[]", "the body is a list; an object is expected"),
    ("null", "the body is null; an object is expected"),
    ("5", "the body is a number; an object is expected"),
    (#"{"name":"a"}"#, #""config" is missing; it is an object with the connector's configuration"#),
    (#"{"name":"a","config":null}"#, #""config" is missing; it is an object with the connector's configuration"#),
    (#"{"name":"a","config":[]}"#, "the value at /config is a list; an object is expected"),
    (
      #"{"name":"a","config":{"a/b":{}}}"#,
      "the value at /config/a~1b is an object; a string, number, boolean or null is expected"
    ),
    (#"{"name":{},"config":{}}"#, "the value at /name is an object; a string, number, boolean or null is expected"),
    (
      #"{"name":"a","config":{},"foo":1}"#,
      #"Unrecognized field "foo" in the body, known are "config", "name", "initial_state""#
    ),
    (
      #"{"name":"a","config":{"connector.class":"FileStreamSource"},"initial_state":"GONE"}"#,
      #""initial_state" is not one of RUNNING, PAUSED, STOPPED"#
    ),
  ])
  func unreadableBodiesOfPost(body: String, what: String) {
    let answer = fixture.send("POST", "/connectors", body)
    #expect(answer.status == 400)
    #expect(answer.json?["error_code"] == 400)
    #expect(answer.message == "The request body can't be read: " + what)
  }

  @Test func invalidUTF8() {
    let answer = fixture.send(
      "POST", "/connectors", bytes: Array(#"{"name":""#.utf8) + [0xFF] + Array(#"","config":{}}"#.utf8))
    #expect(answer.status == 400)
    #expect(answer.message == "The request body can't be read: line 1, column 12: a string is not valid UTF-8")
  }

  @Test func twentyMegabytes() {
    let body =
      Array(#"{"name":"a","config":{"x":""#.utf8) + [UInt8](repeating: 0x61, count: 20_000_000) + Array("\"}}".utf8)
    let answer = fixture.send("POST", "/connectors", bytes: body)
    #expect(answer.status == 413)
    #expect(answer.json?["error_code"] == 413)
  }

  @Test(arguments: [
    (#"{"config":{}}"#, "Connector config {name=} contains no connector type"),
    (#"{"name":"a","config":{}}"#, "Connector config {name=a} contains no connector type"),
    (
      #"{"name":"a","config":{"password":"secret","connector.class":null}}"#,
      "Connector config {password=[hidden], connector.class=null, name=a} contains no connector type"
    ),
    (
      #"{"name":"a","config":{"connector.class":"FileStreamSource","name":"b"}}"#,
      "Connector name configuration (b) doesn't match connector name in the URL (a)"
    ),
  ])
  func configurationsWithoutAUse(body: String, message: String) {
    let answer = fixture.send("POST", "/connectors", body)
    #expect(answer.status == 400 && answer.message == message)
  }

  @Test(arguments: [
    (
      #"{"name":"","config":{"connector.class":"FileStreamSource","topic":"t"}}"#,
      "Invalid value  for configuration name: String may not be empty"
    ),
    (
      #"{"name":"\t","config":{"connector.class":"FileStreamSource","topic":"t"}}"#,
      "Invalid value  for configuration name: String may not be empty"
    ),
    (
      #"{"name":"a","config":{"connector.class":"FileStreamSource","x":null}}"#,
      "Null value can not be supplied as the configuration value."
    ),
    (
      #"{"name":"a","config":{"connector.class":"FileStreamSource"}}"#,
      #"Missing required configuration "topic" which has no default value."#
    ),
    (
      #"{"name":"a\u0000b\n","config":{"connector.class":"FileStreamSource","topic":"t"}}"#,
      "Invalid value a\u{0}b for configuration name: String may not contain control sequences but had the following ASCII chars: 0"
    ),
  ])
  func problemsAreListed(body: String, problem: String) {
    let answer = fixture.send("POST", "/connectors", body)
    #expect(answer.status == 400)
    #expect(
      answer.message == "Connector configuration is invalid and contains the following 1 error(s):\n\(problem)\n"
        + "You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`"
    )
  }

  @Test func anUnknownClassNamesTheKnown() {
    let answer = fixture.send("PUT", "/connectors/a/config", #"{"connector.class":"Nope"}"#)
    #expect(answer.status == 400)
    #expect(
      answer.message?.hasPrefix(
        "Failed to find any class that implements Connector and which name matches Nope, available connectors are: ")
        == true)
    #expect(answer.message?.contains("FileStreamSourceConnector") == true)
  }

  @Test(arguments: [
    "/connectors/%zz", "/connectors/s%", "/connectors/%ff", "/connectors/%00", "/connectors/a%0Ab", "//connectors",
    "/connectors//config", "*",
  ])
  func pathsWithoutAMeaning(target: String) {
    let answer = fixture.send("GET", target)
    #expect(answer.status == 400)
    #expect(answer.json?["error_code"] == 400)
  }

  @Test(arguments: [
    "/nope", "/connectors/a/b", "/connectors/a/tasks/0", "/connector-plugins/p", "/admin", "/Connectors",
    "/connectors/a/tasks-config",
  ])
  func unknownResources(target: String) {
    for method in ["GET", "HEAD", "PUT", "OPTIONS"] {
      let answer = fixture.send(method, target)
      #expect(answer.status == 404)
      #expect(answer.text == #"{"error_code":404,"message":"HTTP 404 Not Found"}"#)
      #expect(answer.headers.isEmpty)
    }
  }

  @Test func otherMethods() {
    let answer = fixture.send("DELETE", "/connectors")
    #expect(answer.status == 405)
    #expect(answer.header("Allow") == "HEAD,POST,GET,OPTIONS")
    #expect(answer.message == "HTTP 405 Method Not Allowed")
    #expect(fixture.send("HEAD", "/connectors/s/pause").status == 405)
    #expect(fixture.send("get", "/connectors").status == 405)
  }

  @Test(arguments: [
    ("/", "HEAD, GET, OPTIONS"), ("/connectors", "HEAD, POST, GET, OPTIONS"),
    ("/connectors/x", "HEAD, DELETE, GET, OPTIONS"), ("/connectors/x/config", "HEAD, GET, OPTIONS, PUT, PATCH"),
    ("/connectors/x/status", "HEAD, GET, OPTIONS"), ("/connectors/x/pause", "OPTIONS, PUT"),
    ("/connectors/x/restart", "POST, OPTIONS"), ("/connectors/x/offsets", "HEAD, DELETE, GET, OPTIONS, PATCH"),
    ("/connectors/x/tasks/0/restart", "POST, OPTIONS"), ("/admin/loggers/x", "HEAD, GET, OPTIONS, PUT"),
    ("/connector-plugins/x/config/validate", "OPTIONS, PUT"), ("/topics", "HEAD, GET, OPTIONS"),
  ])
  func options(target: String, allowed: String) {
    let answer = fixture.send("OPTIONS", target)
    #expect(answer.status == 200 && answer.text == allowed)
    #expect(answer.header("Content-Type") == "text/plain")
    #expect(answer.header("Allow") == allowed.split(separator: " ").joined())
    #expect(fixture.send("OPTIONS", target, nil, ["Accept": "application/json"]).body.isEmpty)
  }

  @Test func otherTypesOfBodies() {
    for (method, target) in [("POST", "/connectors"), ("PUT", "/connectors/s/pause"), ("GET", "/connectors")] {
      let answer = fixture.send(method, target, "x", ["Content-Type": "text/plain"])
      #expect(answer.status == 415 && answer.message == "HTTP 415 Unsupported Media Type")
    }
    #expect(fixture.send("POST", "/connectors", "{}", ["Content-Type": "*/*"]).status == 415)
    #expect(
      fixture.send("POST", "/connectors", "{}", ["Content-Type": "APPLICATION/JSON; charset=utf-8"]).status == 400)
    let untyped = fixture.api.handle(RESTRequest(method: "POST", target: "/connectors", body: Array("{}".utf8)))
    #expect(untyped.status == 415)
  }

  @Test func otherAcceptedTypes() {
    for accept in ["text/html", "application/json;q=0", "garbage"] {
      #expect(fixture.send("GET", "/connectors", nil, ["Accept": accept]).status == 406)
    }
    for accept in ["*/*", "application/*", "text/html, application/json;q=0.1"] {
      #expect(fixture.send("GET", "/connectors", nil, ["Accept": accept]).status == 200)
    }
    #expect(fixture.send("GET", "/metrics", nil, ["Accept": "text/html"]).status == 200)
  }
}
