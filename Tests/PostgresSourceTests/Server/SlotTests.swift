import ChangeModel
import Flow
import Foundation
import JSON
import TestSupport
import Testing

@testable import PostgresSource

/// Slots and publications on a real server.
@Suite(.needsPostgres) struct SlotTests {
  private let database: PostgresDatabase

  init() throws { database = try Servers.database("slot") }

  @Test func openTransactionsAreNamedWhileTheSlotWaits() throws {
    try database.psql("CREATE TABLE a (id int)")
    let writer = try ChildProcess(
      [
        PostgresServer.program("psql") ?? "psql", "-XqAt", "-d", database.connectionString, "-c",
        "BEGIN; INSERT INTO a VALUES (1); SELECT pg_sleep(4); COMMIT",
      ], environment: ["PGPASSWORD": database.server.password])
    defer { writer.kill() }
    let pid = try database.psql(
      """
      DO $$ BEGIN
        WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL)
        LOOP PERFORM pg_sleep(0.05), pg_stat_clear_snapshot(); END LOOP;
      END $$;
      SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL
      """)
    let bench = try SourceBench(database, ["snapshot.mode": "no_data"])
    let source = UncheckedBox(bench.source)
    let seen = UncheckedBox<[String]>([])
    let watcher = WorkerThread.start("watcher") {
      for _ in 0..<60 where seen.value.isEmpty {
        seen.value = source.value.progress.notices
        _ = StopFlag().wait(.milliseconds(100))
      }
    }
    try bench.source.start(at: nil)
    watcher.join()
    #expect(seen.value.contains { $0.contains("pid \(pid)") && $0.contains("user postgres") }, "\(seen.value)")
    #expect(bench.source.progress.notices.isEmpty, "nothing is waited for any more")
    bench.source.stop(keepingState: true)
  }

  @Test func aSlotInUseIsTriedAgain() throws {
    try database.psql("CREATE TABLE a (id int)")
    let first = try SourceBench(database, ["snapshot.mode": "no_data"])
    try first.source.start(at: nil)
    let second = try SourceBench(
      database, ["snapshot.mode": "no_data", "slot.max.retries": "1", "slot.retry.delay.ms": "300"])
    #expect(code { try second.source.start(at: nil) } == .slotInUse)
    #expect(ErrorCode.slotInUse.failureClass == .target)
    second.source.stop(keepingState: true)
    first.source.stop(keepingState: true)
    let third = try SourceBench(database, ["snapshot.mode": "no_data"])
    let began = ContinuousClock.now
    try third.source.start(at: nil)
    #expect(ContinuousClock.now - began < .seconds(2), "a slot that was just freed is had at once")
    third.source.stop(keepingState: true)
  }

  @Test func theSlotGoesOnlyWithAnOrderlyStop() throws {
    try database.psql("CREATE TABLE a (id int)")
    let count = "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 's_\(database.name)'"
    for (keeps, left) in [(true, "1"), (false, "0")] {
      let bench = try SourceBench(database, ["snapshot.mode": "no_data", "slot.drop.on.stop": "true"])
      try bench.source.start(at: nil)
      bench.source.stop(keepingState: keeps)
      #expect(try database.psql(count) == left)
    }
  }

  @Test func filteredPublicationsFollowTheFilters() throws {
    try database.psql("CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE \"c d\" (id int)")
    let tables = "SELECT string_agg(tablename, ',' ORDER BY tablename) FROM pg_publication_tables"
    func start(_ list: String) throws {
      let bench = try SourceBench(
        database,
        ["snapshot.mode": "no_data", "publication.autocreate.mode": "filtered", "table.include.list": .string(list)])
      try bench.source.start(at: nil)
      bench.source.stop(keepingState: true)
    }
    try start("public.a")
    #expect(try database.psql(tables) == "a")
    try start("public.a,public.c d")
    #expect(try database.psql(tables) == "a,c d")
    #expect(code { try start("public.none") } == .publicationUnusable)
  }

  @Test func rightsAndLevelsThatAreMissingAreNamed() throws {
    try database.psql("CREATE ROLE \(database.name)_reader LOGIN PASSWORD 'pw'; CREATE TABLE a (id int)")
    let reader = try SourceBench(
      database,
      [
        "database.user": .string("\(database.name)_reader"), "database.password": "pw",
        "publication.autocreate.mode": "disabled", "snapshot.mode": "no_data",
      ])
    #expect(code { try reader.source.start(at: nil) } == .publicationMissing)
    try database.psql("CREATE PUBLICATION p_\(database.name) FOR ALL TABLES")
    #expect(code { try reader.source.start(at: nil) } == .postgresReplicationRight)
    reader.source.stop(keepingState: true)
    let creator = try SourceBench(
      database,
      [
        "database.user": .string("\(database.name)_reader"), "database.password": "pw", "publication.name": "other",
        "snapshot.mode": "no_data",
      ])
    #expect(code { try creator.source.start(at: nil) } == .publicationUnusable)
    creator.source.stop(keepingState: true)

    var options = PostgresServer.Options()
    options.settings = ["wal_level": "replica"]
    let plain = try PostgresServer(options).makeDatabase("plain")
    try plain.psql("CREATE TABLE a (id int); INSERT INTO a VALUES (1)")
    #expect(code { try SourceBench(plain).source.start(at: nil) } == .postgresWALLevel)
    let only = try SourceBench(plain, ["snapshot.mode": "initial_only"])
    try only.source.start(at: nil)
    while try only.poll() != .finished {}
    #expect(only.told == ["r a 1"], "a snapshot alone needs no logical log")
    only.source.stop(keepingState: true)
  }
}

/// Something that two threads look at, one of them at a time.
final class UncheckedBox<Value>: @unchecked Sendable {
  private let lock = Lock()
  private var held: Value

  init(_ value: Value) { held = value }

  var value: Value {
    get { lock.withLock { held } }
    set { lock.withLock { held = newValue } }
  }
}
