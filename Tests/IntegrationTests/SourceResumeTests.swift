import ChangeModel
import Flow
import Foundation
import JSON
import PostgresSource
import TestSupport
import Testing

/// A source goes on exactly behind any offset that was stored, by the order of commits.
@Suite(.needsPostgres) struct SourceResumeTests {
  private let database: PostgresDatabase

  init() throws {
    database = try Servers.database("resume")
    try database.psql("CREATE TABLE a (id int PRIMARY KEY, v text); CREATE TABLE b (id int PRIMARY KEY, v text)")
  }

  private func configuration(_ more: JSONObject = [:]) -> JSONObject {
    var configuration = SourceCapture.configuration(of: database)
    for member in more.members { configuration[member.name] = member.value }
    return configuration
  }

  /// Operation, table and id of each event.
  private func summary(_ lines: [JSONValue]) -> [String] {
    lines.compactMap { line in
      guard let value = line["value"]?.object, let operation = value["op"]?.string else { return nil }
      let row = value[operation == "d" ? "before" : "after"]
      return "\(operation) \(value["source"]?["table"]?.string ?? "") \(row?["id"]?.text ?? "")"
    }
  }

  @Test func everyStoredOffsetGivesExactlyTheRest() throws {
    let first = SourceCapture(configuration(["snapshot.mode": "no_data"]))
    try first.start()
    // Two interleaved transactions, rows that share one LSN, a key change, and a transaction of several batches.
    let slow = try BackgroundSQL(
      database,
      "BEGIN; INSERT INTO a VALUES (1, 'slow'); SELECT pg_sleep(0.5); INSERT INTO a VALUES (2, 'slow'); COMMIT")
    try database.psql("SELECT pg_sleep(0.2); INSERT INTO b SELECT g, 'fast' FROM generate_series(1, 3) g")
    try slow.wait()
    try database.psql(
      """
      COPY a FROM STDIN;
      10\tc
      11\tc
      12\tc
      \\.
      UPDATE a SET id = 20 WHERE id = 10;
      BEGIN; INSERT INTO b SELECT g, repeat('x', 500) FROM generate_series(100, 139) g; DELETE FROM b WHERE id = 1; COMMIT;
      """)
    try first.read(until: "end", in: database, limit: 2_000)
    first.stop()
    let all = summary(first.lines)
    #expect(all.count == 3 + 2 + 3 + 2 + 41)
    #expect(Array(all.prefix(5)) == ["c b 1", "c b 2", "c b 3", "c a 1", "c a 2"], "in the order of commits")
    let stored = first.stored
    #expect(stored.count > 6, "the large transaction spans several batches")
    for (offset, count) in stored {
      let next = SourceCapture(configuration(["snapshot.mode": "no_data"]))
      try next.start(at: offset)
      try next.read(until: "end", in: database, sending: false)
      next.stop()
      #expect(summary(next.lines) == Array(all.dropFirst(count)), "after \(count) events, at \(offset.value)")
    }
  }

  @Test func aKeyChangeIsNeverParted() throws {
    try database.psql("INSERT INTO a SELECT g, 'x' FROM generate_series(1, 50) g")
    let capture = SourceCapture(configuration(["snapshot.mode": "no_data"]))
    try capture.start()
    try database.psql("UPDATE a SET id = id + 1000")
    try capture.read(until: "end", in: database, limit: 300)
    capture.stop()
    #expect(summary(capture.lines).count == 100)
    for (_, count) in capture.stored { #expect(count % 2 == 0, "no offset lies between the halves") }
  }

  @Test func anInterruptedSnapshotBeginsAgainAtItsFirstSlot() throws {
    try database.psql("INSERT INTO a SELECT g, repeat('x', 200) FROM generate_series(1, 2000) g")
    let first = SourceCapture(configuration())
    try first.start()
    _ = try first.poll(limit: 10_000)
    let stored = try #require(first.offsets.last)
    #expect(stored.value.contains("\"snapshot_completed\":false"))
    first.stop()
    try database.psql("DELETE FROM a WHERE id = 7; INSERT INTO a VALUES (3000, 'new')")
    for offset in [stored, nil] {
      let second = SourceCapture(configuration())
      try second.start(at: offset)
      try second.readSnapshot()
      try second.read(until: "end", in: database)
      second.stop()
      let events = summary(second.lines)
      #expect(events.filter { $0.hasPrefix("r ") }.count == 2000)
      #expect(events.contains("d a 7"), "the delete since the first attempt arrives")
      #expect(events.contains("c a 3000"))
    }
  }

  @Test func theEndOfTheSnapshotIsStoredWithoutAnyChange() throws {
    let first = SourceCapture(configuration())
    try first.start()
    try first.readSnapshot()
    let stored = try #require(first.offsets.last)
    #expect(stored.value.contains("\"snapshot_completed\":true"))
    first.stop()
    try database.psql("INSERT INTO a VALUES (1, 'x')")
    let second = SourceCapture(configuration())
    try second.start(at: stored)
    #expect(!second.source.progress.isSnapshotting)
    try second.read(until: "end", in: database)
    second.stop()
    #expect(summary(second.lines) == ["c a 1"])
  }

  @Test func aLostSlotStopsTheSource() throws {
    let first = SourceCapture(configuration(["snapshot.mode": "no_data"]))
    try first.start()
    try database.psql("INSERT INTO a VALUES (1, 'x')")
    try first.read(until: "end", in: database)
    first.stop()
    let stored = try #require(first.offsets.last)
    let slot = "s_\(database.name)"
    try database.psql("SELECT pg_drop_replication_slot('\(slot)')")
    #expect(throws: CDCError.self) { try SourceCapture(configuration()).start(at: stored) }
    // Made again behind our back: what lies between is gone.
    try database.psql("INSERT INTO a VALUES (2, 'lost')")
    try database.psql("SELECT pg_create_logical_replication_slot('\(slot)', 'pgoutput')")
    let error = #expect(throws: CDCError.self) { try SourceCapture(configuration()).start(at: stored) }
    #expect(error?.code == .slotMoved)
    #expect(error?.description.contains(slot) == true)
  }

  @Test func debeziumsOffsetsAreUnderstood() throws {
    let first = SourceCapture(configuration(["snapshot.mode": "no_data"]))
    try first.start()
    try database.psql("BEGIN; INSERT INTO a VALUES (1, 'x'); INSERT INTO a VALUES (2, 'x'); COMMIT")
    try database.psql("INSERT INTO b VALUES (1, 'x')")
    try first.read(until: "end", in: database, limit: 1)
    first.stop()
    for (offset, count) in first.stored {
      var plain = try #require(try JSONValue(parsing: offset.value).object)
      for name in plain.names where name.hasPrefix("cdc_") { plain[name] = nil }
      let next = SourceCapture(configuration(["snapshot.mode": "no_data"]))
      try next.start(at: SourceOffset(partition: offset.partition, value: JSONValue.object(plain).text, position: 0))
      try next.read(until: "end", in: database, sending: false)
      next.stop()
      // Debezium 3.6 does not say how many of the rows that share the last LSN it wrote: they come again, none is lost.
      let (rest, again) = (Array(summary(first.lines).dropFirst(count)), summary(next.lines))
      #expect(Array(again.suffix(rest.count)) == rest && again.count <= rest.count + 1, "at \(plain)")
    }
  }
}
