import JSON
import Settings
import Testing

@testable import Engine

/// Stages in the answer of `PUT /connector-plugins/{p}/config/validate`.
@Suite struct ValidationAnswerTests {
  private func answer(_ config: JSONObject, _ problems: [(key: String, message: String)] = []) -> JSONObject {
    ValidationAnswer.make(PostgresSourceClass.className, PostgresSourceClass.definition, config, problems)
  }

  private func entry(_ answer: JSONObject, _ key: String) -> JSONValue? {
    answer["configs"]?.array?.first { $0["definition"]?["name"]?.string == key }
  }

  @Test func configuredStagesHaveTheirKeys() throws {
    let answer = answer([
      "transforms": "a", "transforms.a.type": "org.apache.kafka.connect.transforms.MaskField$Value",
    ])
    #expect(answer["groups"]?.array?.contains("Transforms: a") == true)
    let fields = try #require(entry(answer, "transforms.a.fields"))
    #expect(fields["definition"]?["required"] == true)
    #expect(
      fields["value"]?["errors"] == [
        "Missing required configuration \"transforms.a.fields\" which has no default value."
      ])
    #expect(entry(answer, "transforms.a.replace.null.with.default")?["value"]?["value"] == "true")
  }

  @Test func noProblemIsLost() {
    let without = answer([:])["error_count"]?.int ?? 0
    let answer = answer([:], [("transforms.a.type", "no such stage"), ("somewhere.else", "wrong")])
    #expect(answer["error_count"]?.int == without + 2)
    #expect(entry(answer, "transforms.a.type")?["value"]?["errors"] == ["no such stage"])
  }
}
