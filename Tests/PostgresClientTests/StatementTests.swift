import ChangeModel
import Flow
import PostgresClient
import TestSupport
import Testing

/// Statements, logins and copies on a real server.
@Suite(.needsPostgres) struct StatementTests {
  private let database: PostgresDatabase

  init() throws { database = try Servers.database("client") }

  @Test func queriesReturnRows() throws {
    let connection = try PostgresConnection(PostgresSettings(database))
    let result = try connection.query("SELECT $1::int + 1 AS a, $2::text AS b, NULL AS c", ["41", "it's é"])
    #expect(result.fieldNames == ["a", "b", "c"])
    #expect(result.rows == [["42", "it's é", nil]])
    #expect(result[0, 9] == nil && result[5, 0] == nil)
    #expect(connection.serverVersion >= 100_000)
    #expect(connection.parameter("server_encoding") == "UTF8")
    try connection.execute("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2)")
    #expect(try connection.execute("DELETE FROM t") == 2)
    #expect(!connection.isInTransaction)
    try connection.execute("BEGIN")
    #expect(connection.isInTransaction)
    connection.close()
    #expect(throws: CDCError.self) { try connection.query("SELECT 1") }
  }

  @Test func sessionVariablesMayHoldSpaces() throws {
    var settings = PostgresSettings(database)
    settings.sessionVariables = [("datestyle", "ISO, MDY"), ("martinet.test", "a b\\c")]
    settings.applicationName = "it's me"
    let connection = try PostgresConnection(settings)
    #expect(try connection.query("SHOW datestyle")[0, 0] == "ISO, MDY")
    #expect(try connection.query("SHOW martinet.test")[0, 0] == "a b\\c")
    #expect(try connection.query("SHOW application_name")[0, 0] == "it's me")
  }

  @Test func failedLogins() throws {
    func error(_ change: (inout PostgresSettings) -> Void) -> CDCError? {
      var settings = PostgresSettings(database)
      change(&settings)
      do throws(CDCError) {
        _ = try PostgresConnection(settings)
        return nil
      } catch { return error }
    }
    let password = error { $0.password = "wrong-secret" }
    #expect(password?.code == .postgresLogin)
    #expect(password?.description.contains("wrong-secret") == false)
    #expect(password?.message.contains("\(database.name), user postgres") == true)
    #expect(error { $0.database = "nowhere" }?.code == .postgresDatabaseMissing)
    #expect(error { $0.port = 1 }?.code == .postgresUnreachable)
    #expect(error { $0.host = "no-such-host.invalid" }?.code == .postgresUnreachable)
    #expect(error { $0.sslMode = "verify-full" }?.code.failureClass == .fatal)
    #expect(error { $0.sslMode = "nonsense" }?.code == .postgresSettings)
  }

  @Test func statementsThatFailKeepTheConnection() throws {
    let connection = try PostgresConnection(PostgresSettings(database))
    let error = #expect(throws: CDCError.self) { try connection.query("SELECT nonsense") }
    #expect(error?.code == .postgresStatementRefused)
    #expect(connection.lastError?.sqlState == "42703")
    #expect(try connection.query("SELECT 1").rowCount == 1)
    #expect(connection.lastError == nil)
    #expect(throws: CDCError.self) { try connection.query("SELECT 'x'::int") }
  }

  @Test func waitingStatementsTickAndCanBeGivenUp() throws {
    let connection = try PostgresConnection(PostgresSettings(database))
    var ticks = 0
    let result = try connection.query("SELECT pg_sleep(0.35), 7", every: .milliseconds(100)) { _ in
      ticks += 1
      return true
    }
    #expect(result[0, 1] == "7" && ticks >= 2)
    let began = ContinuousClock.now
    #expect(throws: CDCError.self) {
      try connection.query("SELECT pg_sleep(30)", every: .milliseconds(50)) { $0 < .milliseconds(200) }
    }
    #expect(connection.lastError?.sqlState == "57014")
    #expect(ContinuousClock.now - began < .seconds(10))
    #expect(try connection.query("SELECT 1").rowCount == 1)
  }

  @Test func copyGoesInAndOut() throws {
    let connection = try PostgresConnection(PostgresSettings(database))
    try connection.execute("CREATE TABLE c (id int PRIMARY KEY, v text)")
    let writer = try connection.copyIn("COPY c FROM STDIN")
    for id in 1...1000 { Array("\(id)\tv\(id)\n".utf8).withUnsafeBytes { try? writer.write($0) } }
    #expect(try writer.finish() == 1000)
    var rows: [String] = []
    let count = try connection.copyOut("COPY (SELECT * FROM c ORDER BY id) TO STDOUT") {
      rows.append(String(decoding: $0, as: UTF8.self))
    }
    #expect(count == 1000 && rows.first == "1\tv1\n" && rows.last == "1000\tv1000\n")
    // What the body throws ends the copy, and the connection goes on.
    struct Enough: Error {}
    #expect(throws: Enough.self) {
      try connection.copyOut("COPY (SELECT g FROM generate_series(1, 1000000) g) TO STDOUT") { _ in throw Enough() }
    }
    #expect(try connection.query("SELECT count(*) FROM c")[0, 0] == "1000")
  }

  @Test func copiesThatFailSayWhy() throws {
    let connection = try PostgresConnection(PostgresSettings(database))
    try connection.execute("CREATE TABLE k (id int PRIMARY KEY)")
    let writer = try connection.copyIn("COPY k FROM STDIN")
    Array("1\n1\n".utf8).withUnsafeBytes { try? writer.write($0) }
    let error = #expect(throws: CDCError.self) { try writer.finish() }
    #expect(error?.code == .postgresDataRefused)
    try connection.copyIn("COPY k FROM STDIN").cancel("not wanted")
    #expect(try connection.query("SELECT count(*) FROM k")[0, 0] == "0")
    #expect(throws: CDCError.self) { try connection.copyIn("COPY nothing FROM STDIN") }
    #expect(throws: CDCError.self) { try connection.beginCopyOut("COPY nothing TO STDOUT") }
    #expect(try connection.query("SELECT 1").rowCount == 1)
  }
}
