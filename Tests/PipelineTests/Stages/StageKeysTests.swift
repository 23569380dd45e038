import EventEncoding
import JSON
import Pipeline
import Settings
import Testing

/// What is wrong with stages is said when they are configured: which key, and what to do.
@Suite struct StageKeysTests {
  private let base = "org.apache.kafka.connect.transforms."

  private func problems(_ config: JSONObject, value: RecordFormat = .avro) -> [String] {
    Stages.plan(config, value: value).problems.map(\.message)
  }

  @Test func namesThatAreUnknown() {
    let stage = problems(["transforms": "a", "transforms.a.type": .string(base + "ReplaceFields$Value")])
    #expect(stage.count == 1)
    #expect(stage.first?.contains("did you mean \"\(base)ReplaceField$Value\"?") == true, "\(stage)")
    let predicate = problems([
      "predicates": "p", "predicates.p.type": .string(base + "predicates.TopicNameMatch"),
    ])
    #expect(predicate.first?.contains("did you mean \"\(base)predicates.TopicNameMatches\"?") == true, "\(predicate)")
    let key = problems([
      "transforms": "a", "transforms.a.type": .string(base + "Flatten$Key"), "transforms.a.delimeter": "_",
    ])
    #expect(key.first?.contains("transforms.a.delimiter") == true || key.first?.contains("delimiter") == true, "\(key)")
  }

  @Test func shortNamesOfClasses() throws {
    let config: JSONObject = [
      "transforms": "a", "transforms.a.type": "MaskField$Key", "transforms.a.fields": "id",
      "transforms.a.predicate": "p",
      "predicates": "p", "predicates.p.type": "RecordIsTombstone",
    ]
    #expect(problems(config).isEmpty)
    #expect(problems(["transforms": "a", "transforms.a.type": "MaskField"]).count == 1, "key or value must be said")
  }

  /// As a real worker's validate call lists them.
  @Test func keysOfConfiguredStages() {
    let keys = StageKeys.keys(of: [
      "transforms": "a,b,a", "transforms.a.type": .string(base + "MaskField$Value"), "transforms.b.type": "unknown",
      "predicates": "p", "predicates.p.type": .string(base + "predicates.HasHeaderKey"),
    ])
    #expect(
      keys.map(\.name) == [
        "transforms.a.type", "transforms.a.plugin.version", "transforms.a.predicate", "transforms.a.negate",
        "transforms.a.fields", "transforms.a.replacement", "transforms.a.replace.null.with.default",
        "transforms.b.type", "transforms.b.plugin.version", "transforms.b.predicate", "transforms.b.negate",
        "predicates.p.type", "predicates.p.plugin.version", "predicates.p.name",
      ])
    #expect(keys[0].group == "Transforms: a")
    #expect(keys[0].displayName == "Transformation type for a")
    #expect(keys[4].displayName == "fields")
    #expect(keys[11].group == "Predicates: p")
  }

  @Test func predicates() {
    let undefined = problems([
      "transforms": "a", "transforms.a.type": .string(base + "Filter"), "transforms.a.predicate": "tombs",
      "predicates": "tomb", "predicates.tomb.type": .string(base + "predicates.RecordIsTombstone"),
    ])
    #expect(
      undefined == [
        "Invalid value tombs for configuration transforms.a.predicate: predicates does not define this condition: "
          + "did you mean \"tomb\"?"
      ])
    let alone = problems([
      "transforms": "a", "transforms.a.type": .string(base + "Filter"), "transforms.a.negate": "true",
    ])
    #expect(alone.count == 1)
    #expect(alone.first?.contains("transforms.a.negate") == true)
  }

  @Test func listsAndNames() {
    #expect(problems(["transforms": "a,a", "transforms.a.type": .string(base + "Filter")]).count == 1)
    #expect(problems(["transforms": "a"]).first?.contains("transforms.a.type") == true)
    #expect(problems(["transforms.b.type": "x"]).first?.contains("transforms does not name this stage") == true)
  }

  private static let wrong: [(type: String, keys: JSONObject, key: String)] = [
    ("RegexRouter", ["regex": "(", "replacement": "x"], "regex"),
    ("RegexRouter", ["regex": "a", "replacement": "$7"], "replacement"), ("RegexRouter", ["regex": "a"], "replacement"),
    ("TimestampRouter", ["timestamp.format": "yyyy-Q"], "timestamp.format"),
    ("TimestampRouter", ["timestamp.format": "ww"], "timestamp.format"),
    ("TimestampConverter$Value", ["target.type": "string"], "format"),
    ("TimestampConverter$Value", ["target.type": "moment"], "target.type"),
    ("Cast$Value", ["spec": "a:int128"], "spec"), ("Cast$Value", ["spec": "int8,a:int8"], "spec"),
    ("ReplaceField$Value", ["renames": "a"], "renames"), ("InsertField$Value", [:], "topic.field"),
    ("InsertField$Value", ["static.field": "a"], "static.value"), ("SetSchemaMetadata$Key", [:], "schema.name"),
    ("HeaderFrom$Value", ["fields": "a,b", "headers": "c", "operation": "copy"], "headers"),
    ("ExtractField$Value", ["field": "`a", "field.syntax.version": "V2"], "field"),
  ]

  @Test(arguments: wrong)
  func values(_ type: String, _ keys: JSONObject, _ key: String) {
    var config: JSONObject = ["transforms": "a", "transforms.a.type": .string(base + type)]
    for member in keys.members { config["transforms.a.\(member.name)"] = member.value }
    let found = Stages.plan(config).problems
    #expect(found.map(\.key) == ["transforms.a.\(key)"], "\(found)")
  }

  @Test func filesThatStagesName() {
    let missing = problems([
      "transforms": "v", "transforms.v.type": "validate", "transforms.v.schema.file": "/nowhere.json",
    ])
    #expect(missing.first?.contains("/nowhere.json") == true, "\(missing)")
  }

  @Test func stagesNeedSchemas() {
    let config: JSONObject = [
      "transforms": "a", "transforms.a.type": .string(base + "Flatten$Value"),
    ]
    #expect(problems(config, value: .jsonWithoutSchema).first?.contains("schemas.enable=true") == true)
    let router: JSONObject = ["transforms": "a", "transforms.a.type": .string(base + "TimestampRouter")]
    #expect(problems(router, value: .jsonWithoutSchema).isEmpty, "topics are routed without a schema")
  }
}
