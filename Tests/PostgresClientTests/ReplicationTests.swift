import ChangeModel
import PostgresClient
import TestSupport
import Testing

/// The replication stream of a real server.
@Suite(.needsPostgres) struct ReplicationTests {
  @Test(arguments: ["disable", "require"]) func messagesComeAndTheServerIsTold(_ sslMode: String) throws {
    var options = PostgresServer.Options()
    if sslMode == "require" { options.certificates = try TestCertificates() }
    let server = sslMode == "require" ? try PostgresServer(options) : try Servers.postgres()
    let database = try server.makeDatabase("repl")
    try database.psql("CREATE TABLE t (id int PRIMARY KEY, v text); CREATE PUBLICATION p FOR ALL TABLES")
    var settings = PostgresSettings(database)
    settings.sslMode = sslMode
    let connection = try PostgresConnection(settings, replication: true)
    let slot = "repl_\(database.name)"
    let made = try connection.query("CREATE_REPLICATION_SLOT \(slot) LOGICAL pgoutput NOEXPORT_SNAPSHOT")
    let point = try #require(made[0, 1].flatMap { LSN($0) })
    let stream = try connection.startReplication(
      slot: slot, from: point, options: [("proto_version", "1"), ("publication_names", "\"p\"")])
    // More than the buffers of libpq and OpenSSL hold.
    try database.psql("INSERT INTO t SELECT g, repeat('x', 300) FROM generate_series(1, 2000) g")
    var inserts = 0
    var last = LSN.zero
    var isCommitted = false
    for _ in 0..<600 where !isCommitted {
      while let message = try stream.next() {
        if message.bytes.first == UInt8(ascii: "I") { inserts += 1 }
        isCommitted = message.bytes.first == UInt8(ascii: "C")
        last = message.position
      }
      if !isCommitted { stream.wait(.milliseconds(100)) }
    }
    #expect(inserts == 2000 && isCommitted)
    #expect(stream.receivedBytes > 600_000)
    let confirmed = "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '\(slot)'"
    try stream.sendDueStatus(interval: .zero)
    #expect(try database.psql(confirmed) == point.description, "a status confirms nothing by itself")
    try stream.confirm(last)
    let isTold = try eventually(within: .seconds(10)) { try database.psql(confirmed) == last.description }
    #expect(isTold)
    try stream.confirm(point)
    #expect(stream.confirmed == last, "it never goes back")
    let isQuiet = try eventually(within: .seconds(20)) {
      try database.psql("CHECKPOINT; SELECT txid_current()")
      while try stream.next() != nil {}
      return stream.quietEnd.map { $0 > last } ?? false
    }
    #expect(isQuiet, "keep-alives tell how far the server is")
    try database.psql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '\(slot)'")
    let error = #expect(throws: CDCError.self) {
      for _ in 0..<100 {
        while try stream.next() != nil {}
        stream.wait(.milliseconds(50))
      }
    }
    #expect(error?.code.failureClass == .target)
  }

  @Test func slotsThatAreMissingAreTold() throws {
    let database = try Servers.database("repl")
    let connection = try PostgresConnection(PostgresSettings(database), replication: true)
    #expect(throws: CDCError.self) { try connection.startReplication(slot: "none", from: .zero, options: []) }
    #expect(connection.lastError?.sqlState == "42704")
  }
}
