import Testing

@testable import cdcctl

@Suite struct TailTests {
  let records = "{\"offset\":0}\n{\"offset\":1}\n\n{\"offset\":2}\n"

  @Test func printsLines() {
    let run = Run(
      "tail t --from beginning -n 3", ["GET /topics/t/records?from=beginning&follow=true&limit=3": (200, records)])
    #expect(run.status == 0)
    #expect(run.out == "{\"offset\":0}\n{\"offset\":1}\n{\"offset\":2}\n")
    let json = Run("tail t --output json", ["GET /topics/t/records?from=end&follow=true": (200, records)])
    #expect(json.out == run.out)
  }

  @Test func endsWhenNobodyReads() {
    let run = Run(["tail", "t"], ["GET /topics/t/records?from=end&follow=true": (200, records)], limit: 2)
    #expect(run.status == 0 && run.out == "{\"offset\":0}\n{\"offset\":1}\n")
  }

  @Test func errors() {
    #expect(Run("tail no").status == 4)
    let late = Run(
      "tail t",
      [
        "GET /topics/t/records?from=end&follow=true": (
          200, "{\"offset\":0}\n{\"error_code\":503,\"message\":\"no broker\"}\n"
        )
      ])
    #expect(late.status == 1 && late.out == "{\"offset\":0}\n" && late.error == "cdcctl: no broker\n")
  }

  @Test func aLineWithoutAnEnd() {
    let run = Run("tail t", ["GET /topics/t/records?from=end&follow=true": (200, "{\"offset\":0}")])
    #expect(run.out == "{\"offset\":0}\n")
  }
}
