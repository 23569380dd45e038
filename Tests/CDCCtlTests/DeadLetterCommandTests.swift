import JSON
import Testing

@testable import cdcctl

@Suite struct DeadLetterCommandTests {
  private let group = """
    {"topic":"crm.dlq","fingerprint":"9f01","count":2,"first_seen":"2026-11-25T10:00:00.000Z",\
    "last_seen":"2026-11-25T11:00:00.000Z","connector":"dwh","source_topic":"crm.public.t","code":"CDC-7003",\
    "class":"poison","pointer":"/after/email","message":"too long"}
    """
  private let letter = """
    {"topic":"crm.dlq","partition":0,"offset":17,"origin":{"topic":"crm.public.t","partition":2,"offset":3456},\
    "connector":"dwh","attempt":1,"fingerprint":"9f01","code":"CDC-7003","class":"poison","pointer":"/after/email",\
    "message":"too long","timestamp":1,"headers":{},"key":{"id":1},"value":"AAE=","value_encoding":"base64",\
    "outcome":null}
    """

  @Test func groupsAreATable() {
    let run = Run("dlq list", ["GET /dlq": (200, "[\(group)]")])
    #expect(run.status == 0)
    let lines = run.out.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].hasPrefix("TOPIC") && lines[1].hasPrefix("crm.dlq  9f01         2"))
    #expect(lines[1].hasSuffix("/after/email  too long"))
    #expect(Run("dlq list", ["GET /dlq": (200, "[]")]).out == "no dead letters\n")
    let some = Run(
      "dlq list --topic a/b --connector c --all -o json",
      [
        "GET /dlq?all=true&topic=a%2Fb&connector=c": (200, "[]")
      ])
    #expect(some.status == 0 && some.json == [])
    #expect(Run("dlq list --connector none").status == 4)
  }

  @Test func lettersAreLines() {
    let answers = ["GET /dlq/crm.dlq/records?limit=10": (status: 200, body: "[\(letter)]")]
    let run = Run("dlq show crm.dlq", answers)
    #expect(
      run.out == """
        place:        partition 0 offset 17 of crm.dlq
        outcome:      open
        origin:       crm.public.t partition 2 offset 3456
        connector:    dwh, attempt 1
        reason:       CDC-7003 (poison) too long
        fingerprint:  9f01
        pointer:      /after/email
        key:          {"id":1}
        value:        "AAE=" (base64)

        """)
    #expect(Run("dlq show crm.dlq -o json", answers).json?.array?.count == 1)
    let settled = letter.replacing(
      #""outcome":null"#, with: #""outcome":"discarded","settled_at":"2026-11-25T17:45:05.342Z","reason":"test data""#)
    #expect(
      Run("dlq show crm.dlq", ["GET /dlq/crm.dlq/records?limit=10": (200, "[\(settled)]")]).out.contains(
        "outcome:      discarded 2026-11-25T17:45:05.342Z: test data\n"))
    let one = Run("dlq show crm.dlq --partition 1 --offset 2 -n 3", [:])
    #expect(one.requests == ["GET /dlq/crm.dlq/records?partition=1&offset=2&limit=3"])
    #expect(Run("dlq show crm.dlq --partition 1").status == 2)
    #expect(Run("dlq show crm.dlq -n 0").status == 2)
    #expect(Run("dlq show").status == 2)
  }

  @Test func aReplaySendsItsOptions() {
    let run = Run(
      [
        "dlq", "replay", "crm.dlq", "--set", "/after/email=\"a=b\"", "--set", "/n=1", "--drop", "/x", "--drop=/y",
        "--to",
        "sink", "--rate", "10", "--dry-run", "--fingerprint", "9f01",
      ],
      ["POST /dlq/crm.dlq/replay": (200, #"   {"matched":3,"replayed":3,"failed":0,"warnings":["one went ahead"]}"#)])
    #expect(
      run.requests == [
        #"POST /dlq/crm.dlq/replay {"fingerprint":"9f01","set":{"/after/email":"a=b","/n":1},"drop":["/x","/y"],"#
          + #""to":"sink","rate":10,"dry_run":true}"#
      ])
    #expect(run.status == 0)
    #expect(run.out == "matched 3, would be replayed 3, failed 0\nwarning: one went ahead\n")
  }

  @Test func whatFailsIsToldBesideWhatWasDone() {
    let body = """
      {"matched":3,"replayed":1,"failed":2,"errors":[{"code":"CDC-6102","message":"CDC-6102: no place","count":2}]}
      """
    let run = Run("dlq replay crm.dlq", ["POST /dlq/crm.dlq/replay": (200, body)])
    #expect(run.status == 1 && run.out == "matched 3, replayed 1, failed 2\n")
    #expect(run.error == "cdcctl: CDC-6102: no place (2)\n")
    let json = Run("dlq replay crm.dlq -o json", ["POST /dlq/crm.dlq/replay": (200, body)])
    #expect(json.json?["replayed"] == 1 && json.errorJSON?["error"]?["code"] == "CDC-6102")
  }

  /// Behind the first space the status is sent, so that an error is the body alone.
  @Test func errorsBehindSpacesAreErrors() {
    let run = Run(
      "dlq replay crm.dlq", ["POST /dlq/crm.dlq/replay": (200, #"  {"error_code":404,"message":"no connector"}"#)])
    #expect(run.status == 4 && run.error == "cdcctl: no connector\n")
    #expect(Run("dlq replay crm.dlq", ["POST /dlq/crm.dlq/replay": (200, "  ")]).status == 1)
    #expect(Run("dlq replay crm.dlq", ["POST /dlq/crm.dlq/replay": (409, #"{"message":"busy"}"#)]).status == 1)
    #expect(Run("dlq replay crm.dlq").status == 4)
    #expect(Run("dlq replay crm.dlq", isReachable: false).status == 3)
  }

  @Test(
    arguments: [
      ["--set", "/a=b"], ["--set", "/a"], ["--set", "a=1"], ["--to", "nowhere"], ["--rate", "0"], ["--offset", "1"],
    ])
  func badOptionsAreRefused(options: [String]) {
    let run = Run(["dlq", "replay", "crm.dlq"] + options)
    #expect(run.status == 2 && run.requests.isEmpty)
  }

  @Test func discardingNeedsAReasonAndAChoice() {
    let answers = ["POST /dlq/crm.dlq/discard": (status: 200, body: #"{"matched":1,"discarded":1,"failed":0}"#)]
    let run = Run(["dlq", "discard", "crm.dlq", "--fingerprint", "9f01", "--reason", "test data"], answers)
    #expect(run.status == 0 && run.out == "matched 1, discarded 1, failed 0\n")
    #expect(run.requests == [#"POST /dlq/crm.dlq/discard {"fingerprint":"9f01","reason":"test data"}"#])
    #expect(Run("dlq discard crm.dlq --fingerprint 9f01", answers).status == 2)
    #expect(Run("dlq discard crm.dlq --reason r", answers).status == 2)
  }
}
