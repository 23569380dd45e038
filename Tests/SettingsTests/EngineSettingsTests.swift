import ChangeModel
import Foundation
import Settings
import Testing

@Suite struct EngineSettingsTests {
  private static let contract = """
    http: { listen: 127.0.0.1:8083 }
    kafka:                      # librdkafka properties, as they are
      bootstrap.servers: 127.0.0.1:9092
      sasl: { mechanism: PLAIN, username: u }
    schemaRegistry: { url: http://127.0.0.1:8081 }
    group.id: martinet
    offset.flush.interval.ms: 60000
    connectors: { directory: connectors/ }
    state: { directory: /var/lib/martinet }
    log: { level: info, format: json }
    """

  private func parse(_ text: String, _ environment: [String: String] = [:]) throws -> EngineSettings {
    try EngineSettings.parse(
      Array(text.utf8), path: "/etc/cdcd.yaml", environment: environment,
      secrets: SecretResolver(variable: { ["PW": "hunter2"][$0] }, file: { _ in [] }))
  }

  private func message(_ text: String, _ environment: [String: String] = [:]) -> String {
    let error = #expect(throws: CDCError.self) { try parse(text, environment) }
    return error?.message ?? ""
  }

  private func kafka(_ settings: EngineSettings) -> [String: String] {
    guard case .cluster(let properties) = settings.kafka else { return [:] }
    return Dictionary(uniqueKeysWithValues: properties)
  }

  @Test func readsTheContractsExample() throws {
    let settings = try parse(Self.contract)
    #expect(settings.httpListen == "127.0.0.1:8083")
    #expect(
      kafka(settings) == [
        "bootstrap.servers": "127.0.0.1:9092", "sasl.mechanism": "PLAIN", "sasl.username": "u",
      ])
    guard case .remote(let urls, let properties)? = settings.registry else {
      Issue.record("no remote registry")
      return
    }
    #expect(urls == ["http://127.0.0.1:8081"] && properties.isEmpty)
    #expect(settings.groupID == "martinet")
    #expect(settings.offsetFlushInterval == .seconds(60))
    #expect(settings.connectorsDirectory == "/etc/connectors/")
    #expect(settings.stateDirectory == "/var/lib/martinet")
    #expect(settings.logLevel == "info" && settings.logFormat == "json")
    #expect(settings.offsetTopic == .init(name: "martinet.offsets", replicationFactor: -1))
    #expect(settings.configTopic.name == "martinet.configs" && settings.statusTopic.name == "martinet.status")
    #expect(settings.directory == "/etc" && settings.notices.isEmpty)
  }

  @Test func embeddedAndDefaults() throws {
    let settings = try parse("kafka: embedded\n")
    guard case .embedded = settings.kafka, case .embedded? = settings.registry else {
      Issue.record("not embedded")
      return
    }
    #expect(settings.connectorsDirectory == nil && settings.httpListen == "127.0.0.1:8083")
    #expect(try parse("kafka.bootstrap.servers: a:1").registry == nil)
    guard case .embedded? = try parse("kafka.bootstrap.servers: a:1\nschemaRegistry: embedded").registry else {
      Issue.record("not embedded")
      return
    }
  }

  @Test func nestedAndDottedKeysAreTheSame() throws {
    let settings = try parse(
      "http.listen: ':0'\nkafka: {bootstrap: {servers: [a:1, b:2]}}\noffset: {storage: {topic: connect-offsets, replication.factor: 3}}\n"
        + #"{"#.dropFirst())
    #expect(settings.httpListen == ":0")
    #expect(kafka(settings)["bootstrap.servers"] == "a:1,b:2")
    #expect(settings.offsetTopic == .init(name: "connect-offsets", replicationFactor: 3))
    #expect(try parse(#"{"kafka": {"bootstrap.servers": "x:1"}, "group.id": "g"}"#).statusTopic.name == "g.status")
  }

  @Test func theEnvironmentOverrides() throws {
    let settings = try parse(
      Self.contract,
      [
        "CDC_HTTP_LISTEN": "0.0.0.0:80", "CDC_KAFKA_BOOTSTRAP_SERVERS": "k:9092", "CDC_KAFKA_SASL_PASSWORD": "%p: x",
        "CDC_SCHEMAREGISTRY_URL": "[http://r1, http://r2]", "CDC_GROUP_ID": "'7'", "CDC_STATE_DIRECTORY": "state",
        "CDC_OFFSET_FLUSH_INTERVAL_MS": "5", "CDC_LOG_LEVEL": "", "HOME": "/root", "CDC_DB_PASSWORD": "secret",
        "CDC_LOG_LEVLE": "x",
      ])
    #expect(settings.httpListen == "0.0.0.0:80")
    #expect(kafka(settings)["bootstrap.servers"] == "k:9092" && kafka(settings)["sasl.password"] == "%p: x")
    #expect(kafka(settings)["sasl.username"] == "u")
    guard case .remote(let urls, _)? = settings.registry else {
      Issue.record("no remote registry")
      return
    }
    #expect(urls == ["http://r1", "http://r2"])
    #expect(settings.groupID == "7" && settings.stateDirectory == "state")
    #expect(settings.offsetFlushInterval == .milliseconds(5) && settings.logLevel == "info")
    #expect(settings.notices.count == 2 && settings.notices.joined().contains("did you mean CDC_LOG_LEVEL?"))
    #expect(!settings.notices.joined().contains("secret"))
  }

  @Test func aVariableReplacesTheWholeSection() throws {
    guard case .embedded = try parse(Self.contract, ["CDC_KAFKA": "embedded"]).kafka else {
      Issue.record("not embedded")
      return
    }
    #expect(kafka(try parse("kafka: embedded", ["CDC_KAFKA_BOOTSTRAP_SERVERS": "k:1"])) == ["bootstrap.servers": "k:1"])
    #expect(
      kafka(try parse("kafka: embedded", ["CDC_KAFKA": "{bootstrap.servers: k:1}"])) == ["bootstrap.servers": "k:1"])
    guard case .embedded? = try parse(Self.contract, ["CDC_SCHEMA_REGISTRY": "embedded"]).registry else {
      Issue.record("not embedded")
      return
    }
  }

  @Test func namesUnknownKeysWithTheirPlace() {
    #expect(
      message("kafka: embedded\nhtpp:\n  listen: a:1\n")
        == "/etc/cdcd.yaml:3:3: unknown key \"htpp.listen\": did you mean \"http.listen\"?")
    #expect(
      message("kafka: embedded\ngroup_id: x\n")
        == "/etc/cdcd.yaml:2:1: unknown key \"group_id\": did you mean \"group.id\"?")
  }

  @Test func collectsEveryProblem() {
    let text = message(
      "http.listen: nowhere\nlog: {level: loud}\noffset.flush.interval.ms: soon\n", ["CDC_LOG_FORMAT": "xml"])
    for part in [
      "/etc/cdcd.yaml:1:1: Invalid value nowhere for configuration http.listen: host:port is expected",
      "/etc/cdcd.yaml:2:7: Invalid value loud for configuration log.level: String must be one of: trace, debug",
      "/etc/cdcd.yaml:3:1: Invalid value soon for configuration offset.flush.interval.ms: Not a number of type LONG",
      "CDC_LOG_FORMAT: Invalid value xml", "Missing required configuration \"kafka.bootstrap.servers\"",
    ] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
  }

  @Test(arguments: [
    ("kafka: other", "String must be one of: embedded"), ("kafka: {acks: all}", "kafka.bootstrap.servers"),
    ("", "kafka.bootstrap.servers"), ("- a", "/etc/cdcd.yaml:1:1: a map of keys is expected"), ("just text", "a map"),
    ("kafka: [", "/etc/cdcd.yaml:2:1"), ("kafka: embedded\nkafka: embedded", "twice"),
    (
      "kafka: embedded\nhttp: {listen: a:1}\nhttp.listen: a:2", ":3:1: the key \"http.listen\" is there twice, first at"
    ),
    ("kafka: embedded\nschemaRegistry: {url: ftp://x}", "http://"), ("kafka: embedded\ngroup.id: a b", "letters"),
    ("kafka: {bootstrap.servers: [[a]]}", "texts only"),
    ("kafka: embedded\noffset.storage.replication.factor: 0", "-1"),
    ("kafka: {bootstrap.servers: '${env:NO}'}", "the reference ${env:NO} can't be resolved"),
    ("kafka: embedded\nkafka.acks: all", "choose one"),
  ])
  func badFilesAreErrors(text: String, part: String) {
    let said = message(text)
    #expect(said.contains(part), "\(said)")
  }

  @Test func resolvesReferences() throws {
    #expect(
      kafka(try parse("kafka: {bootstrap.servers: a:1, sasl.password: '${env:PW}'}"))["sasl.password"] == "hunter2")
  }

  @Test func readsAFile() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("cdcd.yaml")
    try Data("kafka: embedded\nstate.directory: state\n".utf8).write(to: file)
    #expect(try EngineSettings.load(path: file.path, environment: [:]).stateDirectory == folder.path + "/state")
    let error = #expect(throws: CDCError.self) {
      try EngineSettings.load(path: folder.appendingPathComponent("no.yaml").path, environment: [:])
    }
    #expect(error?.code == .engineConfigurationUnreadable && error?.description.contains("No such file") == true)
    #expect(throws: CDCError.self) { try EngineSettings.load(path: folder.path, environment: [:]) }
    setenv("SETTINGS_TEST_VARIABLE", "a=b", 1)
    #expect(ProcessEnvironment.variables["SETTINGS_TEST_VARIABLE"] == "a=b")
  }
}
