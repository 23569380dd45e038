import ChangeModel
import JSON
import Settings
import Testing

@Suite struct ConfigDefinitionTests {
  private let definition = ConfigDefinition([
    KeyDefinition("topic.prefix", required: true, importance: .high, "The logical name."),
    KeyDefinition("max.retries", .int, default: "10", range: 0...100),
    KeyDefinition("table.include.list", .list, check: PatternList.problem),
    KeyDefinition("flag", .boolean, default: "true"),
    KeyDefinition("database.password", .password),
    KeyDefinition("size", .short, default: "3"),
    KeyDefinition("big", .long, default: "9"),
    KeyDefinition("ratio", .double, default: "0.5"),
    KeyDefinition("insert.mode", default: "upsert", validValues: ["upsert"], unsupportedValues: ["insert", "update"]),
    KeyDefinition("snapshot.mode", default: "initial", validValues: ["initial", "no_data"]),
    KeyDefinition("max.batch.size", .int, default: "2048", support: .tuning("batches are sized in bytes")),
    KeyDefinition("binary.handling.mode", default: "bytes", support: .unsupported),
    KeyDefinition("incremental", .boolean, default: "false", support: .unsupported),
    KeyDefinition("producer.override.*", support: .supported),
    KeyDefinition("column.mask.with.*", support: .unsupported),
  ])

  private func problems(_ raw: JSONObject) -> [String] {
    var raw = raw
    if raw["topic.prefix"] == nil { raw["topic.prefix"] = "crm" }
    return definition.parse(raw).problems.map(\.message)
  }

  @Test func readsTypedValues() {
    let config = definition.parse([
      "topic.prefix": " crm ", "max.retries": 7, "table.include.list": "public.a , public.b", "flag": "FALSE",
      "ratio": "2.5", "snapshot.mode": "NO_DATA", "database.password": " s3 ",
    ])
    #expect(config.problems.isEmpty)
    #expect(config.string("topic.prefix") == "crm")
    #expect(config.int("max.retries") == 7)
    #expect(config.list("table.include.list") == ["public.a", "public.b"])
    #expect(!config.bool("flag"))
    #expect(config.double("ratio") == 2.5)
    #expect(config.string("snapshot.mode") == "no_data")
    #expect(config.secret("database.password")?.revealed == " s3 ")
    #expect(config.milliseconds("big") == .milliseconds(9))
    #expect(config.isSet("flag") && !config.isSet("big"))
    #expect(config.optional("nothing") == nil)
  }

  @Test func speaksAsKafkaDoes() {
    #expect(
      problems(["max.retries": "abc"]) == ["Invalid value abc for configuration max.retries: Not a number of type INT"])
    #expect(problems(["size": "40000"]) == ["Invalid value 40000 for configuration size: Not a number of type SHORT"])
    #expect(
      problems(["flag": "yes"])
        == ["Invalid value yes for configuration flag: Expected value to be either true or false"])
    #expect(
      problems(["max.retries": "101"])
        == ["Invalid value 101 for configuration max.retries: Value must be no more than 100"])
    #expect(
      problems(["snapshot.mode": "never"])
        == ["Invalid value never for configuration snapshot.mode: String must be one of: initial, no_data"])
    #expect(
      definition.parse([:]).problems.map(\.message)
        == ["Missing required configuration \"topic.prefix\" which has no default value."])
    #expect(
      definition.parse(["topic.prefix": ""]).problems.map(\.message)
        == ["Invalid value  for configuration topic.prefix: A value is required"])
  }

  @Test func namesTheNearestKey() {
    #expect(
      problems(["tabel.include.list": "x"])
        == ["unknown key \"tabel.include.list\": did you mean \"table.include.list\"?"])
    #expect(
      problems(["producer.overide.linger.ms": "x"])
        == ["unknown key \"producer.overide.linger.ms\": did you mean \"producer.override.linger.ms\"?"])
    #expect(problems(["something.else.entirely": "x"]) == ["unknown key \"something.else.entirely\""])
  }

  @Test func refusesWhatIsNotSupportedUnlessAtItsDefault() {
    #expect(problems(["binary.handling.mode": "bytes", "incremental": " FALSE "]).isEmpty)
    #expect(
      problems(["binary.handling.mode": "hex"])
        == ["the key \"binary.handling.mode\" is not supported yet: leave it out, or at its default bytes"])
    #expect(problems(["incremental": "maybe"]).count == 1)
    #expect(
      problems(["column.mask.with.10.chars": "a"])
        == ["the key \"column.mask.with.10.chars\" is not supported yet: leave it out"])
    #expect(
      problems(["insert.mode": "insert"])
        == ["Invalid value insert for configuration insert.mode: not supported yet; supported: upsert"])
    #expect(
      problems(["insert.mode": "upsurt"])
        == ["Invalid value upsurt for configuration insert.mode: String must be one of: upsert"])
  }

  @Test func collectsNoticesOfTuningKeys() {
    let config = definition.parse(["topic.prefix": "a", "max.batch.size": "9"])
    #expect(config.problems.isEmpty)
    #expect(config.notices.summary == "max.batch.size (batches are sized in bytes)")
    #expect(definition.parse(["topic.prefix": "a", "max.batch.size": "2048"]).notices.isEmpty)
  }

  @Test func neverShowsASecret() {
    let strict = ConfigDefinition([KeyDefinition("password", .password, check: { _ in "too short" })])
    let messages = strict.parse(["password": "hunter2"]).problems.map(\.message)
    #expect(messages == ["Invalid value [hidden] for configuration password: too short"])
    let resolver = SecretResolver(variable: { _ in "hunter2" }, file: { _ in [] })
    let shown = definition.parse(["topic.prefix": "a", "max.retries": "${env:X}"], secrets: resolver).problems
    #expect(
      shown.map(\.message) == ["Invalid value ${env:X} for configuration max.retries: Not a number of type INT"])
  }

  @Test func keepsPrefixedKeysInOrder() {
    let config = definition.parse([
      "topic.prefix": "a", "producer.override.linger.ms": 5, "producer.override.acks": "all",
    ])
    #expect(config.withPrefix("producer.override.").map(\.0) == ["linger.ms", "acks"])
    #expect(config.withPrefix("producer.override.").map(\.1) == ["5", "all"])
    #expect(problems(["producer.override.": "x"]).count == 1)
  }

  @Test func givesOneErrorForAll() {
    let config = definition.parse(["max.retries": "x"])
    #expect(throws: CDCError.self) { try config.requireValid("connector crm") }
    #expect(
      config.problems.connectMessage.hasPrefix(
        "Connector configuration is invalid and contains the following 2 error(s):\nInvalid value x"))
  }
}
