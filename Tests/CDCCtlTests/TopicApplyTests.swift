import JSON
import Testing

@testable import cdcctl

@Suite struct TopicApplyTests {
  private let plan = """
    {"dry_run":true,"steps":[{"sign":"+","topic":"crm.dlq","text":"1 partitions"},\
    {"sign":"~","topic":"crm.public.t","text":"partitions 3 -> 6","warning":"keys move"}]}
    """

  @Test func itPrintsThePlan() throws {
    let folder = try Folder(["topics.yaml": "topics: { a: }"])
    let run = Run(
      ["topic", "apply", "-f", folder.path + "/topics.yaml", "--dry-run"],
      ["POST /topics/apply?dry_run=true": (200, plan)])
    #expect(run.status == 0)
    #expect(
      run.out == """
        + crm.dlq: 1 partitions
        ~ crm.public.t: partitions 3 -> 6
          warning: keys move
        nothing was changed (--dry-run)

        """)
    #expect(run.requests == ["POST /topics/apply?dry_run=true topics: { a: }"])
  }

  @Test func nothingToDoIsSuccess() throws {
    let folder = try Folder(["topics.yaml": "topics: { a: }"])
    let answers = ["POST /topics/apply?dry_run=false": (status: 200, body: #"{"dry_run":false,"steps":[]}"#)]
    let run = Run(["topic", "apply", "-f", folder.path + "/topics.yaml"], answers)
    #expect(run.status == 0 && run.out == "nothing to do: all topics are as the file wants them\n")
    let json = Run(["topic", "apply", "-f", folder.path + "/topics.yaml", "-o", "json"], answers)
    #expect(json.json?["steps"]?.array?.isEmpty == true)
  }

  @Test func whatIsRefusedIsAFailure() throws {
    let folder = try Folder(["topics.yaml": "x"])
    let run = Run(
      ["topic", "apply", "-f", folder.path + "/topics.yaml"],
      ["POST /topics/apply?dry_run=false": (400, #"{"error_code":400,"message":"CDC-6007: no"}"#)])
    #expect(run.status == 1 && run.error == "cdcctl: CDC-6007: no\n")
    #expect(Run(["topic", "apply"]).status == 2)
    #expect(Run(["topic", "apply", "-f", folder.path + "/none.yaml"]).status == 1)
  }
}
