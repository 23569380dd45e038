import ChangeModel
import Foundation
import JSON
import TestSupport
import Testing

@testable import PostgresSource

/// The stream of a real server.
@Suite(.needsPostgres) struct StreamTests {
  private let database: PostgresDatabase

  init() throws { database = try Servers.database("stream") }

  @Test func aFloodOfOtherTablesEndsPollsAndMovesThePosition() throws {
    try database.psql("CREATE TABLE mine (id int PRIMARY KEY); CREATE TABLE others (id int, v text)")
    let bench = try SourceBench(database, ["snapshot.mode": "no_data", "table.include.list": "public.mine"])
    try bench.source.start(at: nil)
    try database.psql(
      """
      INSERT INTO others SELECT g, repeat('x', 200) FROM generate_series(1, 50000) g;
      INSERT INTO others SELECT g, repeat('x', 200) FROM generate_series(1, 50000) g;
      INSERT INTO mine VALUES (1);
      """)
    var polls = 0
    try bench.poll(limit: 64 << 10) {
      polls += 1
      return !bench.told.isEmpty
    }
    #expect(bench.told == ["c mine 1"])
    #expect(polls > 20, "a poll ends although nothing was captured")
    bench.source.stop(keepingState: true)
  }

  @Test func hugeTransactionsPassInSmallBatchesAndGoOnWhereTheyWere() throws {
    try database.psql("CREATE TABLE a (id int PRIMARY KEY, v text)")
    let settings: JSONObject = ["snapshot.mode": "no_data", "provide.transaction.metadata": "true"]
    var bench = try SourceBench(database, settings)
    try bench.source.start(at: nil)
    try database.psql(
      "BEGIN; INSERT INTO a SELECT g, repeat('x', 200) FROM generate_series(1, 20000) g; DELETE FROM a WHERE id = 1; COMMIT"
    )
    var told: [String] = []
    for round in 0..<5 {
      try bench.poll(limit: 32 << 10) { bench.told.count > 500 || bench.told.last == "d a 1" }
      told += bench.told
      bench.source.stop(keepingState: true)
      let offset = try #require(bench.offsets.last)
      let stored = try PostgresOffset(reading: offset.value)
      #expect(stored.metadata?.orders == [.init(table: "public.a", count: Int64(told.count))], "round \(round)")
      bench = try SourceBench(database, settings)
      try bench.source.start(at: offset)
    }
    try bench.poll { bench.told.last == "d a 1" }
    told += bench.told
    #expect(told.count == 20_001)
    let isExact = told == (1...20_000).map { "c a \($0)" } + ["d a 1"]
    #expect(isExact, "each row once and in order")
    bench.source.stop(keepingState: true)
  }

  @Test func theServerForgetsOnlyWhatIsDurable() throws {
    try database.psql("CREATE TABLE a (id int PRIMARY KEY)")
    let bench = try SourceBench(database, ["snapshot.mode": "no_data", "status.update.interval.ms": "100"])
    try bench.source.start(at: nil)
    let confirmed =
      "SELECT confirmed_flush_lsn - '0/0' FROM pg_replication_slots WHERE slot_name = 's_\(database.name)'"
    let before = try database.psql(confirmed)
    try database.psql("INSERT INTO a VALUES (1); INSERT INTO a VALUES (2)")
    try bench.poll { bench.told.count == 2 }
    for _ in 0..<5 { try bench.poll() }
    #expect(try database.psql(confirmed) == before, "received is not durable")
    let offset = try #require(bench.offsets.last)
    try bench.source.confirm(DurablePosition(committed: offset))
    try eventually(within: .seconds(10)) { try database.psql(confirmed) == "\(offset.position)" }
    #expect(try database.psql(confirmed) == "\(offset.position)")
    bench.source.stop(keepingState: true)
  }

  @Test func aBrokenConnectionIsAnErrorToRetry() throws {
    try database.psql("CREATE TABLE a (id int PRIMARY KEY)")
    let bench = try SourceBench(database, ["snapshot.mode": "no_data"])
    try bench.source.start(at: nil)
    try bench.poll()
    try database.psql(
      "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = 's_\(database.name)'")
    let error = #expect(throws: CDCError.self) { for _ in 0..<50 { try bench.poll() } }
    #expect(error?.code.failureClass == .target)
    bench.source.stop(keepingState: true)
  }

  @Test func anIdleCatalogueConnectionMayBreak() throws {
    try database.psql("CREATE TABLE a (id int PRIMARY KEY)")
    let bench = try SourceBench(database, ["snapshot.mode": "no_data"])
    try bench.source.start(at: nil)
    try database.psql(
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'martinet' AND backend_type = 'client backend';
      INSERT INTO a VALUES (1);
      """)
    try bench.poll { !bench.told.isEmpty }
    #expect(bench.told == ["c a 1"])
    bench.source.stop(keepingState: true)
  }
}
