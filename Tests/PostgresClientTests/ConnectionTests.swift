import ChangeModel
import Foundation
import TestSupport
import Testing

@testable import PostgresClient

@Suite(.needsPostgres) struct ConnectionTests {
  private let database: PostgresDatabase

  init() throws { database = try Servers.database("client") }

  private func settings(_ password: String? = nil) -> PostgresSettings {
    PostgresSettings(
      host: database.server.host, port: database.server.port, database: database.name, user: database.server.user,
      password: password ?? database.server.password)
  }

  @Test func valuesAndNullsComeBack() throws {
    let connection = try PostgresConnection(settings())
    let result = try connection.query("SELECT $1::text, $2::int + 1, NULL", ["é'\"", "41"])
    #expect(result.rows == [["é'\"", "42", nil]])
    #expect(connection.serverVersion >= 150_000)
  }

  @Test func errorsHaveTheirClass() throws {
    let connection = try PostgresConnection(settings())
    try connection.execute("CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL)")
    func failure(_ sql: String) -> FailureClass? {
      do { _ = try connection.query(sql) } catch { return error.code.failureClass }
      return nil
    }
    #expect(failure("SELECT 1/0") == .poison)
    #expect(failure("INSERT INTO t VALUES (1, NULL)") == .poison)
    #expect(failure("SELECT * FROM nowhere") == .fatal)
    #expect(failure("SELECT pg_terminate_backend(pg_backend_pid())") == .target)
    #expect(!connection.isUsable)
  }

  @Test func aWrongPasswordIsFatalAndNotShown() {
    let error = #expect(throws: CDCError.self) { try PostgresConnection(settings("sesame-open")) }
    #expect(error?.code == .postgresLogin)
    #expect(error?.description.contains("sesame-open") == false)
    var nowhere = settings()
    nowhere.port = 1
    let unreachable = #expect(throws: CDCError.self) { try PostgresConnection(nowhere) }
    #expect(unreachable?.code.failureClass == .target)
  }

  @Test func copyGoesInAndOut() throws {
    let connection = try PostgresConnection(settings())
    try connection.execute("CREATE TABLE c (v text)")
    let writer = try connection.copyIn("COPY c FROM STDIN")
    try Array("a\nb\n".utf8).withUnsafeBytes { try writer.write($0) }
    try writer.finish()
    #expect(try connection.query("SELECT count(*) FROM c")[0, 0] == "2")
    let cancelled = try connection.copyIn("COPY c FROM STDIN")
    cancelled.cancel("not wanted")
    #expect(try connection.query("SELECT count(*) FROM c")[0, 0] == "2")
    var out: [UInt8] = []
    try connection.copyOut("COPY c TO STDOUT") { out += Array($0) }
    #expect(String(decoding: out, as: UTF8.self) == "a\nb\n")
  }

  @Test func positionsAreReadAndWritten() {
    #expect(LSN("16/B374D848")?.rawValue == 0x16_B374_D848)
    #expect(LSN(0x16_B374_D848).description == "16/B374D848")
    #expect(LSN("nonsense") == nil && LSN("1/2/3") == nil)
  }
}
