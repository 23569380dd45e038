import Foundation
import HTTPClient
import JSON
import TestSupport
import Testing

/// cdcd and cdcctl as programs, with the embedded broker and registry.
@Suite(.serialized, .needsPostgres, .needsPrograms) struct DaemonTests {
  private let folder: TemporaryFolder
  private let source: PostgresDatabase
  private let warehouse: PostgresDatabase
  private let port: Int

  init() throws {
    folder = try TemporaryFolder("daemon")
    source = try Servers.database("crm")
    warehouse = try Servers.database("dwh")
    port = try FreePort.next()
    try source.psql(
      "CREATE TABLE t (id int PRIMARY KEY, v text, big text); INSERT INTO t VALUES (1, 'a', repeat('x', 9000))")
  }

  private func start(_ more: [String: String] = [:], config: String? = nil) throws -> ChildProcess {
    let text =
      config
        ?? """
        http: { listen: "127.0.0.1:\(port)" }
        kafka: embedded
        state: { directory: "\(folder.path("state"))" }
        log: { level: info, format: json }
        """
    try text.write(toFile: folder.path("martinet.yaml"), atomically: true, encoding: .utf8)
    return try ChildProcess(
      [Programs.cdcd, "--config", folder.path("martinet.yaml")],
      environment: ["SOURCE_PASSWORD": source.server.password].merging(more) { $1 }, output: folder.path("log"))
  }

  private var log: String { (try? String(contentsOfFile: folder.path("log"), encoding: .utf8)) ?? "" }

  private func cdcctl(_ arguments: String...) throws -> Command.Result {
    try Command.run(
      [Programs.cdcctl, "--url", "http://127.0.0.1:\(port)"] + arguments, environment: [:])
  }

  private func rest(_ method: String, _ path: String, _ body: [UInt8]? = nil) throws -> (status: Int, body: JSONValue) {
    let response = try HTTPClient().send(
      HTTPRequest(
        method: method, url: "http://127.0.0.1:\(port)\(path)", headers: [("Content-Type", "application/json")],
        body: body))
    return (response.status, (try? JSONValue(parsing: response.body)) ?? .null)
  }

  private func ready() throws {
    let answers = try eventually(within: .seconds(20), every: .milliseconds(50)) {
      (try? rest("GET", "/connectors").status) == 200
    }
    try #require(answers, "\(log.suffix(2000))")
  }

  private func write(_ name: String, _ config: JSONObject) throws -> String {
    let path = folder.path("\(name).json")
    let document: JSONValue = ["name": .string(name), "config": .object(config)]
    try document.text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private var sourceConfig: JSONObject {
    [
      "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "tasks.max": "1",
      "database.hostname": .string(source.server.host), "database.port": .string("\(source.server.port)"),
      "database.user": .string(source.server.user), "database.password": "${env:SOURCE_PASSWORD}",
      "database.dbname": .string(source.name), "topic.prefix": "crm", "plugin.name": "pgoutput",
      "slot.name": .string("s_\(source.name)"), "publication.name": "p", "table.include.list": "public.t",
      "slot.drop.on.stop": "true",
    ]
  }

  private var sinkConfig: JSONObject {
    [
      "connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector", "topics": "crm.public.t",
      "connection.url": .string(
        "jdbc:postgresql://\(warehouse.server.host):\(warehouse.server.port)/\(warehouse.name)"),
      "connection.user": .string(warehouse.server.user), "connection.password": .string(warehouse.server.password),
      "insert.mode": "upsert", "pk.mode": "record_key", "delete.enabled": "true", "auto.create": "true",
      "auto.evolve": "true",
    ]
  }

  private func warehouseIs(_ expected: String) throws -> Bool {
    try eventually(within: .seconds(40), every: .milliseconds(100)) {
      (try? warehouse.psql("SELECT id, v, length(big) FROM t ORDER BY id")) == expected
    }
  }

  @Test func changesReachTheWarehouseAcrossKills() throws {
    var daemon = try start()
    defer { daemon.kill() }
    try ready()
    #expect(try cdcctl("connector", "create", "-f", write("crm", sourceConfig)).status == 0)
    #expect(try cdcctl("connector", "apply", "-f", write("dwh", sinkConfig)).output.contains("created"))
    #expect(try warehouseIs("1|a|9000"), "\(log.suffix(3000))")
    try source.psql(
      "INSERT INTO t VALUES (2, 'b', 'y'); UPDATE t SET v = 'c' WHERE id = 1; ALTER TABLE t ADD w int DEFAULT 5")
    #expect(try warehouseIs("1|c|9000\n2|b|1"))
    daemon.kill()
    try source.psql(
      "INSERT INTO t VALUES (3, 'd', 'z', 6); DELETE FROM t WHERE id = 2; UPDATE t SET id = 10 WHERE id = 1")
    daemon = try start()
    try ready()
    #expect(try warehouseIs("3|d|1\n10|c|9000"), "\(log.suffix(3000))")
    #expect(try warehouse.psql("SELECT w FROM t WHERE id = 3") == "6")
    let tail = try cdcctl("tail", "crm.public.t", "--from", "beginning", "-n", "1")
    #expect(tail.output.hasPrefix("{\"topic\":\"crm.public.t\""), "\(tail.output)")
    #expect(try cdcctl("connector", "status", "crm").output.contains("RUNNING"))
    #expect(try cdcctl("connector", "status", "none").status == 4)
    #expect(try cdcctl("connector", "create", "-f", folder.path("crm.json")).status == 1)
    #expect(try rest("GET", "/connectors/crm/config").body["database.password"] == "${env:SOURCE_PASSWORD}")
    #expect(try cdcctl("connector", "stop", "crm").status == 0)
    let isFree = try eventually(within: .seconds(10)) {
      try source.psql("SELECT count(*) FROM pg_replication_slots WHERE slot_name = 's_\(source.name)'") == "0"
    }
    #expect(isFree, "slot.drop.on.stop")
    #expect(try cdcctl("connector", "delete", "crm").status == 0)
    #expect(!log.contains(source.server.password + "\""), "no password in the log")
    daemon.signal(15)
    #expect(daemon.wait(.seconds(12)) == 0, "SIGTERM ends it in order")
  }

  @Test func badInputIsRefusedClearly() throws {
    let daemon = try start()
    defer { daemon.kill() }
    try ready()
    var wrong = sourceConfig
    wrong["database.password"] = "sesame-wrong"
    let login = try cdcctl("connector", "create", "-f", write("wrong", wrong))
    #expect(login.status == 1)
    #expect(login.output.contains("CDC-20") && !login.output.contains("sesame"), "\(login.output)")
    var misspelt = sourceConfig
    misspelt["tabel.include.list"] = "a"
    #expect(
      try cdcctl("connector", "create", "-f", write("misspelt", misspelt)).output.contains("table.include.list"))
    let big = try rest("POST", "/connectors", [UInt8](repeating: 0x20, count: 20 << 20))
    #expect(big.status == 413)
    #expect(try rest("POST", "/connectors", [0x7B, 0x22, 0xFF, 0x22, 0x7D]).status == 400)
    #expect(
      try rest("POST", "/connectors", Array("{\"name\":".utf8)).body["message"]?.string?.contains("line 1") == true)
    #expect(try rest("GET", "/health").status == 200)
    #expect(try rest("GET", "/connectors").body == [])
    let metrics = try HTTPClient().send(HTTPRequest(url: "http://127.0.0.1:\(port)/metrics"))
    #expect(metrics.status == 200 && metrics.header("Content-Type")?.hasPrefix("text/plain") == true)
  }

  @Test func exitStatusesSayWhatIsWrong() throws {
    let bad = try start(config: "htpp: { listen: x }\n")
    #expect(bad.wait(.seconds(10)) == 2)
    #expect(log.contains("http"), "\(log)")
    let missing = try Command.run([Programs.cdcd, "--config", "/nowhere/x.yaml"])
    #expect(missing.status == 2 && missing.output.contains("/nowhere/x.yaml"))
    #expect(try Command.run([Programs.cdcd, "--version"]).output.hasPrefix("cdcd "))
    #expect(try cdcctl("connector", "list").status == 3)
  }
}
