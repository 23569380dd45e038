import JSON
import Testing

@testable import ControlPlane

@Suite struct OffsetRoutesTests {
  let fixture = Fixture()
  let change = #"{"offsets":[{"partition":{"server":"crm"},"offset":{"lsn":12345678901234567}}]}"#

  @Test func onlyOfAStoppedConnector() {
    fixture.create("s")
    let message =
      "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the "
      + "specified connector by issuing a 'PUT' request to the '/connectors/s/stop' endpoint"
    for answer in [
      fixture.send("PATCH", "/connectors/s/offsets", change), fixture.send("DELETE", "/connectors/s/offsets"),
    ] {
      #expect(answer.status == 400 && answer.message == message)
    }
  }

  @Test func changesReadsResets() {
    fixture.create("s")
    _ = fixture.send("PUT", "/connectors/s/stop")
    #expect(fixture.send("GET", "/connectors/s/offsets").text == #"{"offsets":[]}"#)
    let changed = fixture.send("PATCH", "/connectors/s/offsets", change)
    #expect(changed.status == 200)
    #expect(changed.text == #"{"message":"The offsets for this connector have been altered successfully"}"#)
    #expect(fixture.send("GET", "/connectors/s/offsets").text == change)
    _ = fixture.send("PATCH", "/connectors/s/offsets", #"{"offsets":[{"partition":{"server":"crm"},"offset":null}]}"#)
    #expect(fixture.send("GET", "/connectors/s/offsets").text == #"{"offsets":[]}"#)
    let reset = fixture.send("DELETE", "/connectors/s/offsets")
    #expect(reset.text == #"{"message":"The offsets for this connector have been reset successfully"}"#)
    for method in ["GET", "DELETE"] {
      #expect(fixture.send(method, "/connectors/no/offsets").message == "Connector no not found")
    }
  }

  @Test(arguments: [
    ("{}", "Partitions / offsets need to be provided for an alter offsets request"),
    (#"{"offsets":[]}"#, "Partitions / offsets need to be provided for an alter offsets request"),
    (#"{"offsets":{}}"#, #"The request body can't be read: "offsets" is not a list"#),
    (#"{"offsets":[1]}"#, "The request body can't be read: the value at /offsets/0 is a number; an object is expected"),
    (#"{"offsets":[{"offset":{"a":1}}]}"#, "Partition objects cannot be null"),
    (
      #"{"offsets":[{"partition":{},"offset":"x"}]}"#,
      "The request body can't be read: the value at /offsets/0/offset is a string; an object is expected"
    ),
    (
      #"{"offsets":[{"partition":{},"offsets":{}}]}"#,
      #"The request body can't be read: Unrecognized field "offsets" in the value at /offsets/0, known are "partition", "offset""#
    ),
  ])
  func badBodies(body: String, message: String) {
    fixture.create("s")
    _ = fixture.send("PUT", "/connectors/s/stop")
    let answer = fixture.send("PATCH", "/connectors/s/offsets", body)
    #expect(answer.status == 400 && answer.message == message)
  }

  @Test func topics() throws {
    fixture.create("s")
    try fixture.control.change("s") { $0.topics = ["t1", "t2"] }
    #expect(fixture.send("GET", "/connectors/s/topics").text == #"{"s":{"topics":["t1","t2"]}}"#)
    #expect(fixture.send("PUT", "/connectors/s/topics/reset").status == 202)
    #expect(fixture.send("GET", "/connectors/s/topics").text == #"{"s":{"topics":[]}}"#)
    #expect(fixture.send("GET", "/connectors/no/topics").text == #"{"no":{"topics":[]}}"#)
    #expect(fixture.send("PUT", "/connectors/no/topics/reset").status == 202)
  }
}
