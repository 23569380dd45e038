import ChangeModel
import Flow
import JSON
import TestSupport
import Testing

@testable import PostgresSource

/// Snapshots of a real server.
@Suite(.needsPostgres) struct SnapshotTests {
  private let database: PostgresDatabase

  init() throws { database = try Servers.database("snap") }

  @Test(arguments: [1, 64, 1 << 20]) func rowsAreMarkedWhateverTheBatches(_ limit: Int) throws {
    try database.psql(
      """
      CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY);
      CREATE TABLE d (id int PRIMARY KEY, v text); CREATE TABLE e (id int); CREATE TABLE f ();
      INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); INSERT INTO d VALUES (1, NULL), (2, E'a\\tb'), (3, '');
      """)
    let bench = try SourceBench(database)
    try bench.source.start(at: nil)
    try bench.readSnapshot(limit: limit)
    #expect(bench.told == ["r a 1", "r b 1", "r d 1", "r d 2", "r d 3"])
    #expect(bench.markers == [.first, .lastInDataCollection, .firstInDataCollection, .some, .last])
    let last = try PostgresOffset(reading: #require(bench.offsets.last).value)
    #expect(last.snapshot == .completed)
    for offset in bench.offsets.dropLast() { #expect(try PostgresOffset(reading: offset.value).snapshot == .running) }
    bench.source.stop(keepingState: false)
  }

  @Test func rowsLargerThanABatchPass() throws {
    try database.psql(
      "CREATE TABLE a (id int, v text); INSERT INTO a SELECT g, repeat('x', 50000) FROM generate_series(1, 5) g")
    let bench = try SourceBench(database)
    try bench.source.start(at: nil)
    try bench.readSnapshot(limit: 1000)
    #expect(bench.told == (1...5).map { "r a \($0)" })
    bench.source.stop(keepingState: false)
  }

  @Test func theListOfTablesGivesTheirOrder() throws {
    try database.psql(
      "CREATE TABLE a (id int); CREATE TABLE b (id int); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)")
    let bench = try SourceBench(database, ["table.include.list": "public.b,public.a,public.none"])
    try bench.source.start(at: nil)
    try bench.readSnapshot()
    #expect(bench.told == ["r b 1", "r a 1"])
    #expect(bench.source.progress.notices.contains { $0.contains("public.none") })
    bench.source.stop(keepingState: true)
  }

  @Test func interruptedSnapshotsLeaveNoStaleRow() throws {
    try database.psql("CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a SELECT generate_series(1, 5000)")
    let first = try SourceBench(database)
    try first.source.start(at: nil)
    try first.poll(limit: 2000) { first.told.count > 100 }
    first.source.stop(keepingState: true)
    let stored = try #require(first.offsets.last)
    try database.psql("DELETE FROM a WHERE id = 1; INSERT INTO a VALUES (6000)")
    for offset in [stored, nil] {
      let again = try SourceBench(database)
      try again.source.start(at: offset)
      try again.readSnapshot()
      #expect(again.told.count == 5000 && !again.told.contains("r a 1") && again.told.contains("r a 6000"))
      try again.poll { again.told.count >= 5002 }
      #expect(again.told.suffix(2) == ["d a 1", "c a 6000"])
      again.source.stop(keepingState: true)
    }
    try database.psql("SELECT pg_drop_replication_slot('s_\(database.name)')")
    #expect(code { try SourceBench(database).source.start(at: stored) } == .slotLost)
    try database.psql("SELECT pg_create_logical_replication_slot('s_\(database.name)', 'pgoutput')")
    #expect(code { try SourceBench(database).source.start(at: stored) } == .slotMoved)
  }

  @Test func aSnapshotOnlyLeavesNothingBehind() throws {
    try database.psql("CREATE TABLE a (id int); INSERT INTO a VALUES (1), (2)")
    let bench = try SourceBench(database, ["snapshot.mode": "initial_only"])
    try bench.source.start(at: nil)
    var outcome = PollOutcome.more
    while outcome != .finished { outcome = try bench.poll() }
    #expect(bench.told == ["r a 1", "r a 2"])
    #expect(try database.psql("SELECT count(*) FROM pg_replication_slots WHERE database = '\(database.name)'") == "0")
    #expect(try database.psql("SELECT count(*) FROM pg_publication") == "0")
    bench.source.stop(keepingState: true)
    let again = try SourceBench(database, ["snapshot.mode": "initial_only"])
    try again.source.start(at: bench.offsets.last)
    #expect(try again.poll() == .finished)
    #expect(again.told.isEmpty)
    again.source.stop(keepingState: true)
  }

  @Test func tablesThatAreLockedDoNotHoldUpAStop() throws {
    try database.psql("CREATE TABLE a (id int)")
    let locker = try ChildProcess(
      [
        PostgresServer.program("psql") ?? "psql", "-Xq", "-d", database.connectionString, "-c",
        "BEGIN; LOCK a; SELECT pg_sleep(30)",
      ], environment: ["PGPASSWORD": database.server.password])
    defer { locker.kill() }
    try eventually(within: .seconds(10)) {
      try database.psql("SELECT count(*) FROM pg_locks WHERE relation = 'a'::regclass") != "0"
    }
    let bench = try SourceBench(database, ["snapshot.mode": "initial_only"])
    try bench.source.start(at: nil)
    let stop = bench.stop
    WorkerThread.start("stopper") {
      _ = StopFlag().wait(.milliseconds(500))
      stop.raise()
    }
    let began = ContinuousClock.now
    #expect(code { try bench.poll() } == .sourceStopped)
    #expect(ContinuousClock.now - began < .seconds(5))
    bench.source.stop(keepingState: true)
  }
}
