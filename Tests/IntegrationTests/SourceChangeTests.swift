import ChangeModel
import Foundation
import JSON
import PostgresSource
import TestSupport
import Testing

/// What a source tells about changes of many kinds.
@Suite(.needsPostgres) struct SourceChangeTests {
  private let database: PostgresDatabase

  init() throws { database = try Servers.database("change") }

  private func events(
    setup: String, _ changes: String, _ more: JSONObject = ["snapshot.mode": "no_data"]
  ) throws -> (capture: SourceCapture, values: [JSONValue]) {
    try database.psql(setup)
    var configuration = SourceCapture.configuration(of: database)
    for member in more.members { configuration[member.name] = member.value }
    let capture = SourceCapture(configuration)
    try capture.start()
    try capture.readSnapshot()
    try database.psql(changes)
    try capture.read(until: "end", in: database)
    capture.stop(keepingState: false)
    return (capture, capture.lines)
  }

  @Test func replicaIdentitiesDecideAboutTheRowBefore() throws {
    let (_, lines) = try events(
      setup: """
        CREATE TABLE d (id int PRIMARY KEY, v text); CREATE TABLE f (id int PRIMARY KEY, v text);
        CREATE TABLE n (id int PRIMARY KEY, v text); CREATE TABLE i (id int, k int NOT NULL, v text);
        CREATE UNIQUE INDEX i_k ON i (k);
        ALTER TABLE f REPLICA IDENTITY FULL; ALTER TABLE i REPLICA IDENTITY USING INDEX i_k;
        """,
      """
      INSERT INTO d VALUES (1, 'a'); UPDATE d SET v = 'b'; DELETE FROM d;
      INSERT INTO f VALUES (1, 'a'); UPDATE f SET v = 'b'; DELETE FROM f;
      INSERT INTO n VALUES (1, 'a'); INSERT INTO i VALUES (5, 1, 'a'); DELETE FROM i;
      """)
    let values = lines.compactMap(\.["value"]).filter { !$0.isNull }
    func of(_ table: String, _ operation: String) -> JSONValue? {
      values.first { $0["source"]?["table"]?.string == table && $0["op"]?.string == operation }
    }
    #expect(of("d", "u")?["before"] == .null)
    #expect(of("d", "d")?["before"]?["id"] == 1)
    #expect(of("f", "u")?["before"] == ["id": 1, "v": "a"])
    #expect(of("f", "d")?["before"] == ["id": 1, "v": "b"])
    #expect(of("n", "c")?["after"] == ["id": 1, "v": "a"])
    #expect(of("i", "d")?["before"]?["k"] == 1)
    #expect(lines.filter { $0["value"] == .null }.count == 3, "a tombstone behind each delete")
  }

  @Test func unchangedToastIsAPlaceholderUnlessTheOldRowHasIt() throws {
    let (_, lines) = try events(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, v text, big text); ALTER TABLE t ALTER big SET STORAGE EXTERNAL;
        CREATE TABLE u (id int PRIMARY KEY, v text, big text); ALTER TABLE u ALTER big SET STORAGE EXTERNAL;
        ALTER TABLE u REPLICA IDENTITY FULL;
        INSERT INTO t VALUES (1, 'a', repeat('x', 5000)); INSERT INTO u VALUES (1, 'a', repeat('x', 5000));
        """, "UPDATE t SET v = 'b'; UPDATE u SET v = 'b'")
    #expect(lines.count == 2)
    #expect(lines[0]["value"]?["after"]?["big"] == "__debezium_unavailable_value")
    #expect(lines[1]["value"]?["after"]?["big"]?.string?.count == 5000)
  }

  @Test func schemasChangeWhileStreaming() throws {
    let (capture, lines) = try events(
      setup: "CREATE TABLE s (id int PRIMARY KEY, v text)",
      """
      INSERT INTO s VALUES (1, 'a'); ALTER TABLE s ADD w int DEFAULT 7; INSERT INTO s VALUES (2, 'b');
      ALTER TABLE s RENAME v TO x; INSERT INTO s VALUES (3, 'c'); ALTER TABLE s DROP w; INSERT INTO s VALUES (4, 'd');
      """)
    #expect(
      lines.compactMap { $0["value"]?["after"] } == [
        ["id": 1, "v": "a"], ["id": 2, "v": "b", "w": 7], ["id": 3, "x": "c", "w": 7], ["id": 4, "x": "d"],
      ])
    #expect(capture.schemas("crm.public.s-value").count == 4)
  }

  @Test func filtersQuotedNamesAndPartitions() throws {
    let (capture, lines) = try events(
      setup: """
        CREATE TABLE "Mixed Case" (id int PRIMARY KEY, v text); CREATE TABLE "tablé" (id int PRIMARY KEY);
        CREATE TABLE hidden (id int PRIMARY KEY); CREATE SCHEMA other; CREATE TABLE other.t (id int PRIMARY KEY);
        CREATE TABLE p (id int, r int, PRIMARY KEY (id, r)) PARTITION BY RANGE (r);
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
        INSERT INTO "Mixed Case" VALUES (1, 'a'); INSERT INTO p VALUES (1, 1);
        """,
      """
      INSERT INTO "Mixed Case" VALUES (2, 'b'); INSERT INTO "tablé" VALUES (1); INSERT INTO hidden VALUES (1);
      INSERT INTO other.t VALUES (1); INSERT INTO p VALUES (2, 2);
      """,
      [
        "schema.include.list": "public", "table.exclude.list": "public.hidden",
        "column.exclude.list": "public.Mixed Case.v",
      ])
    let seen = lines.map { "\($0["value"]?["op"]?.string ?? "") \($0["topic"]?.string ?? "")" }
    #expect(
      seen == [
        "r crm.public.Mixed_Case", "r crm.public.p1", "c crm.public.Mixed_Case", "c crm.public.tabl_",
        "c crm.public.p1",
      ])
    #expect(lines[0]["value"]?["after"] == ["id": 1])
    #expect(lines[2]["value"]?["source"]?["table"] == "Mixed Case")
    #expect(capture.notices.isEmpty)
  }

  @Test func confirmedPositionsMoveOnWhileOnlyOthersChange() throws {
    try database.psql("CREATE TABLE quiet (id int PRIMARY KEY); CREATE TABLE busy (id int)")
    var configuration = SourceCapture.configuration(of: database)
    configuration["table.include.list"] = "public.quiet"
    configuration["publication.autocreate.mode"] = "filtered"
    configuration["snapshot.mode"] = "no_data"
    let capture = SourceCapture(configuration)
    try capture.start()
    try database.psql("INSERT INTO busy SELECT g FROM generate_series(1, 1000) g")
    let before = capture.offsets.count
    let deadline = Date().addingTimeInterval(20)
    while capture.offsets.count == before, Date() < deadline { _ = try capture.poll() }
    let moved = try #require(capture.offsets.last)
    try capture.source.confirm(DurablePosition(committed: moved))
    let reached = try eventually(within: .seconds(5)) {
      try database.psql(
        "SELECT confirmed_flush_lsn - '0/0' >= \(moved.position) FROM pg_replication_slots WHERE slot_name = 's_\(database.name)'"
      )
        == "t"
    }
    #expect(reached)
    capture.stop()
  }

  @Test func mistakesAreNamed() throws {
    try database.psql("CREATE TABLE x (id int PRIMARY KEY)")
    func error(_ more: JSONObject) -> CDCError? {
      var configuration = SourceCapture.configuration(of: database)
      for member in more.members { configuration[member.name] = member.value }
      let capture = SourceCapture(configuration)
      defer { capture.stop() }
      do { try capture.start() } catch { return error as? CDCError }
      return nil
    }
    let login = error(["database.password": "wrong-secret"])
    #expect(login?.code == .postgresLogin)
    #expect(login?.description.contains("wrong-secret") == false)
    #expect(error(["database.port": "1"])?.code.failureClass == .target)
    #expect(error(["database.dbname": "nowhere"])?.code == .postgresDatabaseMissing)
    #expect(
      error(["publication.autocreate.mode": "disabled", "publication.name": "none"])?.code == .publicationMissing)
    try database.psql("SELECT pg_create_physical_replication_slot('phys_\(database.name)')")
    #expect(error(["slot.name": .string("phys_\(database.name)")])?.code == .slotMismatch)
    try database.psql("SELECT pg_drop_replication_slot('phys_\(database.name)')")
  }
}
