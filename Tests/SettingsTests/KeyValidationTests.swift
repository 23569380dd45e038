import JSON
import Settings
import Testing

@Suite struct KeyValidationTests {
  private let definition = ConfigDefinition(ConnectorKeys.sink).adding([
    KeyDefinition("file", importance: .high, "Destination filename."),
    KeyDefinition("connection.password", .password, "Password."),
  ])

  private func validate(_ raw: JSONObject) -> [String: KeyValidation] {
    Dictionary(uniqueKeysWithValues: definition.validate(raw).map { ($0.definition["name"]?.string ?? "", $0) })
  }

  /// What a real worker of Kafka 4.3.1 answered for FileStreamSink, besides its prose.
  @Test func answersAsARealWorkerDoes() throws {
    let answer = validate(["name": "x", "tasks.max": "abc", "topics": "a", "errors.tolerance": "foo"])
    let name = try #require(answer["name"])
    #expect(
      name.json.text
        == #"{"definition":{"name":"name","type":"STRING","required":true,"default_value":null,"importance":"HIGH","#
        + #""documentation":"The connector's name.","group":"Common","order_in_group":1,"width":"MEDIUM","#
        + #""display_name":"Connector name","dependents":[]},"value":{"name":"name","value":"x","#
        + #""recommended_values":[],"errors":[],"visible":true}}"#)
    #expect(answer["tasks.max"]?.value["value"] == .null)
    #expect(
      answer["tasks.max"]?.value["errors"] == [
        "Invalid value abc for configuration tasks.max: Not a number of type INT"
      ])
    #expect(answer["tasks.max"]?.definition["default_value"] == "1")
    #expect(answer["errors.tolerance"]?.value["value"] == "foo")
    #expect(
      answer["errors.tolerance"]?.value["errors"]
        == ["Invalid value foo for configuration errors.tolerance: String must be one of: none, all"])
    #expect(
      answer["connector.class"]?.value["errors"]
        == ["Missing required configuration \"connector.class\" which has no default value."])
    #expect(answer["errors.retry.timeout"]?.value["value"] == "0")
    #expect(answer["file"]?.definition["group"] == .null && answer["file"]?.definition["order_in_group"] == -1)
    #expect(answer["topics"]?.definition["order_in_group"] == 4)
    #expect(definition.groups == ["Common", "Error Handling"])
    #expect(answer.values.reduce(0) { $0 + $1.errorCount } == 3)
    #expect(answer["key.converter.*"] == nil)
  }

  @Test func showsUnknownKeysAndHidesSecrets() {
    let answer = validate([
      "name": "x", "connector.class": "y", "tpoics": "a", "connection.password": "hunter2", "topics.regex": "(",
    ])
    #expect(answer["tpoics"]?.value["errors"] == ["unknown key \"tpoics\": did you mean \"topics\"?"])
    #expect(answer["connection.password"]?.value["value"] == "[hidden]")
    #expect(answer["topics.regex"]?.errorCount == 1)
    #expect(validate(["connection.password": "${env:PW}"])["connection.password"]?.value["value"] == "${env:PW}")
    #expect(validate([:])["connection.password"]?.value["value"] == .null)
  }

  @Test func sourcesHaveTheirKeys() {
    let source = ConfigDefinition(ConnectorKeys.source)
    let config = source.parse([
      "name": "x", "connector.class": "y", "topic.creation.default.partitions": 3,
      "topic.creation.default.cleanup.policy": "compact", "exactly.once.support": "REQUIRED",
      "transaction.boundary": "interval",
      "producer.override.linger.ms": "5",
    ])
    #expect(config.problems.isEmpty)
    #expect(config.notices.map(\.key) == ["transaction.boundary"])
    #expect(config.withPrefix("topic.creation.default.").map(\.0) == ["partitions", "cleanup.policy"])
    let bad = source.parse([
      "name": "x", "connector.class": "y", "topic.creation.g.partitions": 3, "offsets.storage.topic": "t",
      "errors.tolerance": "some",
    ])
    #expect(
      bad.problems.map(\.key)
        == ["topic.creation.g.partitions", "offsets.storage.topic", "errors.tolerance"])
    let parked = source.parse([
      "name": "x", "connector.class": "y", "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "crm.dlq",
    ])
    #expect(parked.problems.isEmpty)
    #expect(!source.parse(["name": "x", "connector.class": "y", "errors.retry.tiers": "5s"]).problems.isEmpty)
  }
}
