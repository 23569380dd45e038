import ChangeModel
import Testing

@testable import PostgresClient

/// The server's errors by their SQLSTATE, and what of them may be shown.
@Suite struct ErrorTests {
  @Test(arguments: [
    ("08006", FailureClass.target), ("40001", .target), ("53300", .target), ("55006", .target), ("57P01", .target),
    ("58030", .target), ("23503", .record), ("22P02", .poison), ("23505", .poison), ("21000", .poison),
    ("54000", .poison), ("28P01", .fatal), ("3D000", .fatal), ("42P01", .fatal), ("42501", .fatal), ("0A000", .fatal),
    ("XX000", .fatal), ("P0001", .fatal), ("25006", .fatal), ("", .target),
  ]) func classesFollowTheTable(_ state: String, _ expected: FailureClass) {
    #expect(PostgresError(sqlState: state, message: "m").code.failureClass == expected)
  }

  @Test func rowValuesAreNeverShown() {
    let syntax = PostgresError(sqlState: "22P02", message: "invalid input syntax for type integer: \"secret\"")
    #expect(syntax.safeMessage == "SQLSTATE 22P02: invalid input syntax for type integer: \"…\"")
    var duplicate = PostgresError(
      sqlState: "23505", message: "duplicate key value violates unique constraint \"t_pkey\"")
    duplicate.detail = "Key (email)=(secret) already exists."
    duplicate.hint = "secret"
    duplicate.table = "t"
    duplicate.schema = "public"
    #expect(!duplicate.cdcError(at: "here").description.contains("secret"))
    #expect(duplicate.safeMessage.contains("t_pkey"))
    let raised = PostgresError(sqlState: "P0001", message: "bad mail secret")
    #expect(!raised.safeMessage.contains("secret"))
    var busy = PostgresError(sqlState: "55006", message: "slot is active")
    busy.detail = "for PID 7"
    #expect(busy.safeMessage.contains("PID 7"))
  }

  @Test func refusalsAreReadFromText() {
    let (state, message) = ConnectFailure.parse(
      """
      connection to server at "localhost" (::1), port 5432 failed: Connection refused
      connection to server at "localhost" (127.0.0.1), port 5432 failed: FATAL:  28P01: password authentication failed
      LOCATION:  auth_failed, auth.c:326
      """)
    #expect(state == "28P01")
    #expect(!message.contains("LOCATION") && message.contains("FATAL:  password authentication failed"))
    #expect(ConnectFailure.parse("could not translate host name \"x\"").sqlState == "")
    #expect(ConnectFailure.parse("").message == "")
  }

  @Test func settingsPrintNoPassword() {
    var settings = PostgresSettings(host: "h", database: "d", user: "u", password: "secret")
    settings.sslPassword = "hidden"
    var dumped = ""
    dump(settings, to: &dumped)
    for text in ["\(settings)", String(reflecting: settings), dumped] {
      #expect(!text.contains("secret") && !text.contains("hidden"))
    }
    #expect(settings.description == "h:5432, database d, user u")
  }

  @Test func positionsAndNamesAreWrittenAsSQL() {
    #expect(LSN("16/B374D848")?.rawValue == 0x16_B374_D848)
    #expect(LSN(0x16_B374_D848).description == "16/B374D848")
    #expect(LSN("16") == nil && LSN("x/1") == nil && LSN("1/123456789") == nil)
    #expect(SQLText.identifier("a\"b") == "\"a\"\"b\"")
    #expect(SQLText.literal("it's") == "'it''s'")
    #expect(SQLText.literal("a\\b'") == " E'a\\\\b'''")
  }
}
