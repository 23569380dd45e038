import Engine
import JSON
import Synchronization
import Testing

@testable import ControlPlane

@Suite struct DeadLetterRoutesTests {
  let fixture = Fixture()

  private var calls: FakeControl.DeadLetterCalls { fixture.control.state.withLock { $0.deadLetters } }

  /// What a client receives: the whole body, and the answer that came instead of a stream.
  private func read(_ answer: RESTResponse) -> (body: String, instead: RESTResponse?) {
    guard case .stream(let run) = answer.content else { return (answer.text, answer) }
    var body: [UInt8] = []
    let instead = run {
      body += $0
      return true
    }
    return (String(decoding: instead?.body ?? body, as: UTF8.self), instead)
  }

  private func post(_ path: String, _ body: String?) -> (status: Int, body: String) {
    let answer = fixture.send("POST", path, body)
    let (text, instead) = read(answer)
    return (instead?.status ?? answer.status, text)
  }

  @Test func groupsAreListed() {
    #expect(fixture.send("GET", "/dlq").json?.array?.first?["count"] == 2)
    _ = fixture.send("GET", "/dlq?connector=crm&all=true")
    #expect(fixture.send("GET", "/dlq/crm.dlq").status == 200)
    #expect(calls.groups == ["- - false", "- crm true", "crm.dlq - false"])
    #expect(fixture.send("GET", "/dlq/none").status == 404)
  }

  @Test func recordsAreAListHoweverMany() {
    let all = read(fixture.send("GET", "/dlq/crm.dlq/records?partition=1&offset=42"))
    #expect(all.body == #"[{"offset":0},{"offset":1}]"#)
    #expect(read(fixture.send("GET", "/dlq/crm.dlq/records?limit=1")).body == #"[{"offset":0}]"#)
    #expect(read(fixture.send("GET", "/dlq/crm.dlq/records?fingerprint=none")).body == "[]")
    #expect(calls.choices.first == DeadLetterChoice(partition: 1, offset: 42))
    #expect(calls.choices.last == DeadLetterChoice(fingerprint: "none"))
    #expect(read(fixture.send("GET", "/dlq/none/records")).instead?.status == 404)
  }

  @Test(arguments: [
    "limit=0", "limit=x", "partition=x&offset=1", "partition=-1&offset=1", "offset=99999999999999999999",
  ])
  func aBadQueryIsRefused(query: String) {
    #expect(fixture.send("GET", "/dlq/crm.dlq/records?" + query).status == 400)
  }

  @Test func aReplayTakesWhatTheCommandLineHas() {
    let body = """
      {"fingerprint":"aa","partition":0,"offset":7,"set":["/after/email=\\"a=b\\"","/n=1"],"drop":["/x"],"to":"sink",
      "rate":10,"dry_run":true}
      """
    let answer = post("/dlq/crm.dlq/replay", body)
    #expect(answer.status == 200 && answer.body == #"{"matched":2,"replayed":2,"failed":0}"#)
    #expect(
      calls.replays == [
        DeadLetterReplay(
          choice: DeadLetterChoice(fingerprint: "aa", partition: 0, offset: 7),
          set: [("/after/email", "a=b"), ("/n", 1)], drop: ["/x"], destination: "sink", rate: 10, isDryRun: true)
      ])
    #expect(post("/dlq/crm.dlq/replay", nil).status == 200)
    #expect(calls.replays.last == DeadLetterReplay())
    #expect(post("/dlq/crm.dlq/replay", #"{"set":{"/a":null}}"#).status == 200)
    #expect(calls.replays.last == DeadLetterReplay(set: [("/a", .null)]))
    #expect(post("/dlq/none/replay", "{}").status == 404)
  }

  @Test(
    arguments: [
      "[]", #"{"sett":{}}"#, #"{"set":["/a"]}"#, #"{"set":["/a=b"]}"#, #"{"set":1}"#, #"{"drop":[1]}"#,
      #"{"rate":0}"#, #"{"rate":"1"}"#, #"{"dry_run":"yes"}"#, #"{"to":1}"#, #"{"partition":1.5}"#, "{",
    ])
  func aBadReplayIsRefused(body: String) {
    #expect(post("/dlq/crm.dlq/replay", body).status == 400)
    #expect(calls.replays.isEmpty)
  }

  @Test func discardingNeedsABody() {
    let answer = post("/dlq/crm.dlq/discard", #"{"fingerprint":"aa","reason":"test data"}"#)
    #expect(answer.body == #"{"matched":1,"discarded":1,"failed":0}"#)
    #expect(calls.reasons == ["test data"] && calls.choices == [DeadLetterChoice(fingerprint: "aa")])
    #expect(post("/dlq/crm.dlq/discard", nil).status == 400)
    #expect(post("/dlq/crm.dlq/discard", #"{"rate":1}"#).status == 400)
  }

  /// A client that waits long gets spaces before the answer; an error then is the body alone.
  @Test func longWorkIsAStream() throws {
    fixture.control.state.withLock { $0.deadLetters.questions = 3 }
    let route = try #require(
      DeadLetterRoutes(control: fixture.control, patience: .zero).routes.first {
        $0.match(["dlq", "crm.dlq", "replay"]) != nil
      })
    let call = Call(
      request: RESTRequest(method: "POST", path: "/"), parameters: ["crm.dlq"], query: QueryParameters([]))
    let handler = try #require(route.methods[.post])
    #expect(read(try handler(call)).body == #"   {"matched":2,"replayed":2,"failed":0}"#)
    fixture.control.state.withLock { $0.deadLetters.failure = ControlError(status: 409, message: "fenced") }
    #expect(read(try handler(call)).body == #"   {"error_code":409,"message":"fenced"}"#)
    guard case .stream(let run) = try handler(call).content else { return }
    var pieces = 0
    _ = run { _ in
      pieces += 1
      return false
    }
    #expect(pieces == 2, "it ends with a client that is gone")
  }
}
