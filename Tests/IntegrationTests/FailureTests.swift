import Foundation
import HTTPClient
import JSON
import TestSupport
import Testing

/// Records that the warehouse refuses, from the source table to the dead letter and back, with cdcd as a program, a real
/// broker and a real PostgreSQL.
@Suite(.serialized, .needsPostgres, .needsKafka, .needsPrograms) struct FailureTests {
  private let folder: TemporaryFolder
  private let source: PostgresDatabase
  private let warehouse: PostgresDatabase
  private let port: Int
  private let prefix = "f\(UInt32.random(in: 0...UInt32.max))"

  init() throws {
    folder = try TemporaryFolder("failures")
    source = try Servers.database("crm")
    warehouse = try Servers.database("dwh")
    port = try FreePort.next()
  }

  private var sink: String { "sink-\(prefix)" }
  private var dlq: String { "\(prefix).dlq" }
  private var log: String { (try? String(contentsOfFile: folder.path("log"), encoding: .utf8)) ?? "" }

  private func start(killAt point: String? = nil) throws -> ChildProcess {
    let text = """
      http: { listen: "127.0.0.1:\(port)" }
      kafka: { bootstrap.servers: "\(try Servers.kafka().bootstrap)" }
      schemaRegistry: embedded
      group.id: \(prefix)
      state: { directory: "\(folder.path("state"))" }
      """
    try text.write(toFile: folder.path("martinet.yaml"), atomically: true, encoding: .utf8)
    let daemon = try ChildProcess(
      [Programs.cdcd, "--config", folder.path("martinet.yaml")],
      environment: ["SOURCE_PASSWORD": source.server.password, "MARTINET_KILL_AT": point ?? ""],
      output: folder.path("log"))
    let answers = try eventually(within: .seconds(30), every: .milliseconds(20)) {
      (try? HTTPClient().send(HTTPRequest(url: "http://127.0.0.1:\(port)/connectors")).status) == 200
    }
    try #require(answers, "\(log.suffix(2000))")
    return daemon
  }

  private func cdcctl(_ arguments: String...) throws -> Command.Result {
    try Command.run([Programs.cdcctl, "--url", "http://127.0.0.1:\(port)"] + arguments, environment: [:])
  }

  private func apply(_ name: String, _ config: JSONObject) throws {
    let document: JSONValue = ["name": .string(name), "config": .object(config)]
    try document.text.write(toFile: folder.path("\(name).json"), atomically: true, encoding: .utf8)
    let applied = try cdcctl("connector", "apply", "-f", folder.path("\(name).json"))
    try #require(applied.status == 0, "\(applied.output)")
  }

  private func applyBoth(_ tables: [String], _ more: JSONObject) throws {
    try apply(
      "source-\(prefix)",
      [
        "connector.class": "postgres", "database.hostname": .string(source.server.host),
        "database.port": .string("\(source.server.port)"), "database.user": .string(source.server.user),
        "database.password": "${env:SOURCE_PASSWORD}", "database.dbname": .string(source.name),
        "topic.prefix": .string(prefix), "slot.name": .string("s_\(source.name)"), "publication.name": "p",
        "table.include.list": .string(tables.map { "public.\($0)" }.joined(separator: ",")),
        "topic.creation.default.partitions": "1", "topic.creation.default.replication.factor": "1",
      ])
    var config: JSONObject = [
      "connector.class": "warehouse",
      "topics": .string(tables.map { "\(prefix).public.\($0)" }.joined(separator: ",")),
      "table.name.format": "${source.table}", "errors.deadletterqueue.topic.replication.factor": "1",
      "errors.deadletterqueue.topic.name": .string(dlq), "errors.tolerance": "all",
      "connection.url": .string(
        "jdbc:postgresql://\(warehouse.server.host):\(warehouse.server.port)/\(warehouse.name)"),
      "connection.user": .string(warehouse.server.user), "connection.password": .string(warehouse.server.password),
    ]
    for member in more.members { config[member.name] = member.value }
    try apply(sink, config)
  }

  private func warehouseGives(_ sql: String, _ expected: String, within seconds: Int = 40) throws -> Bool {
    try eventually(within: .seconds(seconds), every: .milliseconds(100)) {
      (try? warehouse.psql(sql)) == expected
    }
  }

  private func letters(_ more: String...) throws -> [JSONValue] {
    let shown = try Command.run(
      [Programs.cdcctl, "--url", "http://127.0.0.1:\(port)", "-o", "json", "dlq", "show", dlq] + more, environment: [:])
    return (try? JSONValue(parsing: shown.output).array) ?? []
  }

  private func metric(_ name: String) throws -> Double {
    let text = String(
      decoding: try HTTPClient().send(HTTPRequest(url: "http://127.0.0.1:\(port)/metrics")).body, as: UTF8.self)
    return text.split(separator: "\n").filter { $0.hasPrefix(name + "{") && $0.contains(sink) }
      .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
  }

  /// Poison rows are parked with all that an operator needs, mended and sent through once; a replay of an old state does
  /// not set back a row that was written since.
  @Test func poisonIsParkedMendedAndReplayed() throws {
    try source.psql(
      "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT n, CASE WHEN n IN (3, 50, 100) THEN 'bad' ELSE 'v' || n END FROM generate_series(1, 100) n"
    )
    try warehouse.psql("CREATE TABLE t (id int PRIMARY KEY, v text CONSTRAINT is_good CHECK (v <> 'bad'))")
    let daemon = try start()
    defer { daemon.kill() }
    try applyBoth(["t"], [:])
    #expect(try warehouseGives("SELECT count(*) FROM t", "97"), "\(log.suffix(3000))")
    let all = try letters()
    #expect(Set(all.compactMap { $0["key"]?["id"]?.int }) == [3, 50, 100], "\(all)")
    let first = try #require(all.first { $0["key"]?["id"] == 3 })
    #expect(first["code"] == "CDC-5004" && first["class"] == "poison")
    #expect(first["connector"]?.string == sink)
    #expect(first["origin"]?["topic"]?.string == "\(prefix).public.t")
    #expect(first["headers"]?["__connect.errors.stage"] == "TASK_PUT", "\(first)")
    #expect(first["message"]?.string?.contains("'bad'") == false, "no values in messages")
    #expect(try metric("cdc_dlq_records_total") == 3)
    let list = try JSONValue(parsing: try cdcctl("-o", "json", "dlq", "list", "--connector", sink).output)
    #expect(list.array?.count == 1 && list.array?.first?["count"] == 3, "\(list)")
    let health = try cdcctl("connector", "status", sink).output
    #expect(health.contains("RUNNING"), "\(health)")

    // Row 50 is changed at its source before the old state is sent through again.
    try source.psql("UPDATE t SET v = 'newer' WHERE id = 50")
    #expect(try warehouseGives("SELECT v FROM t WHERE id = 50", "newer"))
    let replay = try cdcctl("dlq", "replay", dlq, "--set", "/after/v=\"mended\"")
    #expect(replay.status == 0 && replay.output.contains("replayed 3"), "\(replay.output)")
    #expect(
      try warehouseGives("SELECT id, v FROM t WHERE id IN (3, 50, 100) ORDER BY id", "3|mended\n50|newer\n100|mended"),
      "\(log.suffix(3000))")
    let isLeftOut = try eventually(within: .seconds(10)) { try metric("cdc_superseded_records_total") == 1 }
    #expect(isLeftOut)
    #expect(try cdcctl("dlq", "list", "--topic", dlq).output == "no dead letters\n")
    #expect(try warehouse.psql("SELECT count(*) FROM t") == "100")
    // How far the replays were read is not among the offsets that can be seen and reset.
    #expect(!(try cdcctl("connector", "offsets", sink).output.contains(".replay")))
    #expect(try cdcctl("connector", "stop", sink).status == 0)
    let reset = try HTTPClient().send(
      HTTPRequest(method: "DELETE", url: "http://127.0.0.1:\(port)/connectors/\(sink)/offsets"))
    #expect(reset.status == 200, "\(String(decoding: reset.body, as: UTF8.self))")
    #expect(try warehouse.psql("SELECT count(*) FROM cdc_sink_offsets WHERE topic LIKE '%.replay/%'") == "1")
  }

  /// A replayed record that fails again is a new dead letter, one attempt later; a kill in between repeats nothing.
  @Test func aReplayThatFailsIsANewAttempt() throws {
    try source.psql("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'bad'), (2, 'good')")
    try warehouse.psql("CREATE TABLE t (id int PRIMARY KEY, v text CHECK (v <> 'bad'))")
    var daemon = try start()
    defer { daemon.kill() }
    try applyBoth(["t"], [:])
    #expect(try warehouseGives("SELECT id FROM t", "2"))
    #expect(try cdcctl("connector", "stop", sink).status == 0)
    // One to a stopped connector waits.
    #expect(try cdcctl("dlq", "replay", dlq).output.contains("replayed 1"))
    daemon.kill()
    daemon = try start()
    #expect(try cdcctl("connector", "resume", sink).status == 0)
    let isBack = try eventually(within: .seconds(40), every: .milliseconds(200)) {
      try letters().contains { $0["attempt"] == 1 }
    }
    #expect(isBack, "\(log.suffix(3000))")
    daemon.kill()
    try warehouse.psql("ALTER TABLE t DROP CONSTRAINT t_v_check")
    daemon = try start()
    #expect(try cdcctl("dlq", "replay", dlq).output.contains("replayed 1"))
    #expect(try warehouseGives("SELECT id, v FROM t ORDER BY id", "1|bad\n2|good"), "\(log.suffix(3000))")
    #expect(try letters().filter { $0["attempt"] == 1 }.count == 1)
  }

  /// Children before their parents: they wait in the tiers, later changes of their keys wait behind them, others pass,
  /// and nothing is forgotten by a kill. What never passes ends as a dead letter.
  @Test func tiersKeepTheOrderOfAKey() throws {
    try source.psql(
      "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int PRIMARY KEY, parent int, v text)")
    try warehouse.psql(
      "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent, v text)"
    )
    var daemon = try start()
    defer { daemon.kill() }
    try applyBoth(["parent", "child"], ["errors.retry.tiers": "1s,3s,20s"])
    try source.psql("INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1, 1, 'a')")
    #expect(try warehouseGives("SELECT id, v FROM child", "1|a"), "\(log.suffix(3000))")
    // Key 2 waits for its parent, and its update and key 3's delete behind it.
    try source.psql("INSERT INTO child VALUES (2, 2, 'first'), (3, 3, 'orphan')")
    let waits = try eventually(within: .seconds(20)) { try metric("cdc_retry_records_total") >= 2 }
    #expect(waits)
    try source.psql("UPDATE child SET v = 'second' WHERE id = 2; INSERT INTO child VALUES (4, 1, 'passes')")
    #expect(try warehouseGives("SELECT id, v FROM child ORDER BY id", "1|a\n4|passes"))
    #expect(try metric("cdc_parked_records") >= 3)
    daemon.kill()
    try source.psql("UPDATE child SET v = 'third' WHERE id = 2")
    daemon = try start()
    try source.psql("INSERT INTO child VALUES (5, 1, 'later'); INSERT INTO parent VALUES (2)")
    #expect(
      try warehouseGives("SELECT id, v FROM child ORDER BY id", "1|a\n2|third\n4|passes\n5|later", within: 60),
      "\(log.suffix(3000))")
    let isDead = try eventually(within: .seconds(60), every: .milliseconds(200)) {
      try letters().map { $0["key"]?["id"]?.int } == [3]
    }
    #expect(isDead, "\(log.suffix(3000))")
    #expect(try letters().first?["code"] == "CDC-5003")
    let isFree = try eventually(within: .seconds(10)) { try metric("cdc_parked_records") == 0 }
    #expect(isFree)
    // The key is free again.
    try source.psql("INSERT INTO parent VALUES (3); UPDATE child SET v = 'found' WHERE id = 3")
    #expect(try warehouseGives("SELECT v FROM child WHERE id = 3", "found"))
  }

  /// Without tolerance the task stops at the record and says where; without a topic for dead letters it says what it drops.
  @Test func toleranceIsObeyed() throws {
    try source.psql("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a'), (2, 'bad'), (3, 'c')")
    try warehouse.psql("CREATE TABLE t (id int PRIMARY KEY, v text CHECK (v <> 'bad'))")
    let daemon = try start()
    defer { daemon.kill() }
    try applyBoth(["t"], ["errors.tolerance": "none"])
    let hasFailed = try eventually(within: .seconds(40), every: .milliseconds(100)) {
      try cdcctl("connector", "status", sink).output.contains("FAILED")
    }
    #expect(hasFailed, "\(log.suffix(3000))")
    let status = try cdcctl("-o", "json", "connector", "status", sink).output
    #expect(status.contains("CDC-5004") && status.contains("partition 0, offset 1"), "\(status)")
    #expect(try warehouse.psql("SELECT id FROM t") == "1")
    try applyBoth(["t"], ["errors.deadletterqueue.topic.name": ""])
    #expect(try warehouseGives("SELECT id FROM t ORDER BY id", "1\n3"), "\(log.suffix(3000))")
    #expect(try metric("cdc_dropped_records_total") == 1)
    #expect(try cdcctl("connector", "status", sink).output.contains("left out"))
  }

  /// A dead letter that Kafka does not take stops the connector; the record is not dropped, and comes once it can.
  @Test func aDeadLetterThatCannotBeWrittenStopsTheConnector() throws {
    try source.psql(
      "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a'), (2, repeat('bad', 1000)), (3, 'c')")
    try warehouse.psql("CREATE TABLE t (id int PRIMARY KEY, v text CHECK (v NOT LIKE 'bad%'))")
    let daemon = try start()
    defer { daemon.kill() }
    let topics = "topics: { \(dlq): { partitions: 1, replication: 1, config: { max.message.bytes: 1000 } } }\n"
    try topics.write(toFile: folder.path("topics.yaml"), atomically: true, encoding: .utf8)
    #expect(try cdcctl("topic", "apply", "-f", folder.path("topics.yaml")).status == 0)
    try applyBoth(["t"], [:])
    let hasFailed = try eventually(within: .seconds(40), every: .milliseconds(100)) {
      try cdcctl("-o", "json", "connector", "status", sink).output.contains("CDC-6108")
    }
    #expect(hasFailed, "\(log.suffix(3000))")
    #expect(try warehouse.psql("SELECT id FROM t") == "1")
    try topics.replacing("1000", with: "1000000").write(
      toFile: folder.path("topics.yaml"), atomically: true, encoding: .utf8)
    #expect(try cdcctl("topic", "apply", "-f", folder.path("topics.yaml")).status == 0)
    #expect(try cdcctl("connector", "restart", sink).status == 0)
    #expect(try warehouseGives("SELECT id FROM t ORDER BY id", "1\n3"), "\(log.suffix(3000))")
    #expect(try letters().count == 1)
  }

  /// What a source's stages refuse is a dead letter in the transaction of the other events: kills around its commit neither
  /// lose nor repeat one. A replay goes to the topic.
  @Test func aSourceParksWhatItsStagesRefuse() throws {
    try source.psql("CREATE TABLE t (id int PRIMARY KEY, v text)")
    let schema = #"{"type": "object", "properties": {"v": {"maxLength": 4, "title": "short"}}}"#
    try schema.write(toFile: folder.path("rule.json"), atomically: true, encoding: .utf8)
    let config: JSONObject = [
      "connector.class": "postgres", "database.hostname": .string(source.server.host),
      "database.port": .string("\(source.server.port)"), "database.user": .string(source.server.user),
      "database.password": "${env:SOURCE_PASSWORD}", "database.dbname": .string(source.name),
      "topic.prefix": .string(prefix), "slot.name": .string("s_\(source.name)"), "publication.name": "p",
      "table.include.list": "public.t", "transforms": "check", "transforms.check.type": "validate",
      "transforms.check.schema.file": "rule.json", "errors.tolerance": "all",
      "errors.deadletterqueue.topic.name": .string(dlq), "errors.deadletterqueue.topic.replication.factor": "1",
    ]
    var daemon = try start(killAt: "source.produced:2")
    defer { daemon.kill() }
    try apply(sink, config)
    try source.psql("INSERT INTO t VALUES (1, 'ok'), (2, 'too long'), (3, 'fine')")
    for (round, point) in ["source.committed:2", "source.produced:2"].enumerated() {
      try feed(round, until: daemon)
      daemon = try start(killAt: point)
    }
    try feed(5, until: daemon)
    daemon = try start()
    try source.psql("INSERT INTO t VALUES (9000, 'end')")
    let good = try source.psql("SELECT string_agg(id::text, ',' ORDER BY id) FROM t WHERE length(v) <= 4")
    let bad = try source.psql("SELECT string_agg(id::text, ',' ORDER BY id) FROM t WHERE length(v) > 4")
    let isWhole = try eventually(within: .seconds(40), every: .milliseconds(200)) { try topicKeys() == good }
    #expect(isWhole, "\(log.suffix(3000))")
    let all = try letters("-n", "1000")
    let ids = all.compactMap { $0["key"]?["id"]?.int }.sorted().map(String.init).joined(separator: ",")
    #expect(ids == bad, "each once")
    let first = try #require(all.first)
    #expect(first["origin"]?["partition"] == .null && first["origin"]?["offset"]?["lsn"] != nil, "\(first)")
    #expect(first["pointer"] == "/after/v" && first["code"]?.string?.hasPrefix("CDC-80") == true, "\(first)")
    let replay = try cdcctl("dlq", "replay", dlq, "--set", "/after/v=\"mend\"")
    #expect(replay.status == 0, "\(replay.output)")
    let both = try source.psql("SELECT string_agg(id::text, ',' ORDER BY id) FROM t")
    let isReplayed = try eventually(within: .seconds(20)) { try topicKeys() == both }
    #expect(isReplayed, "\(log.suffix(3000))")
  }

  /// Changes the table until the daemon is gone.
  private func feed(_ round: Int, until daemon: ChildProcess) throws {
    for step in 0..<200 where daemon.isRunning {
      let id = 100 + round * 1000 + step * 2
      try source.psql("INSERT INTO t VALUES (\(id), 'good'), (\(id + 1), 'not so good')")
      usleep(100_000)
    }
    let status = daemon.wait(.seconds(1)) ?? 0
    #expect(status == 137, "it passes the point: \(log.suffix(2000))")
  }

  /// The ids of the topic's events, each as often as it is there.
  private func topicKeys() throws -> String {
    let url = "http://127.0.0.1:\(port)/topics/\(prefix).public.t/records?from=beginning&limit=100000"
    let text = String(decoding: try HTTPClient().send(HTTPRequest(url: url)).body, as: UTF8.self)
    let ids = text.split(separator: "\n").compactMap { try? JSONValue(parsing: Array($0.utf8))["key"]?["id"]?.int }
    return ids.sorted().map(String.init).joined(separator: ",")
  }
}
