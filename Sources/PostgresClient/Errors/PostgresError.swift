internal import CLibPQ
public import ChangeModel

/// An error as the server reported it. It may quote row values: only `cdcError` is for logs and status.
public struct PostgresError: Error, Sendable {
  /// The five-character SQLSTATE; empty where libpq itself failed.
  public var sqlState: String
  /// The primary message.
  public var message: String
  /// The second line.
  public var detail: String?
  /// The server's advice.
  public var hint: String?
  /// The schema, table, column and constraint that the error is about.
  public var schema: String?
  /// See `schema`.
  public var table: String?
  /// See `schema`.
  public var column: String?
  /// See `schema`.
  public var constraint: String?

  /// An error by its SQLSTATE.
  public init(sqlState: String, message: String) {
    self.sqlState = sqlState
    self.message = message
  }

  init(result: OpaquePointer) {
    func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
    // The codes are character constants in C's macros (postgres_ext.h).
    func letter(_ scalar: Unicode.Scalar) -> Int32 { Int32(scalar.value) }
    sqlState = field(letter("C")) ?? ""
    message = field(letter("M")) ?? PQresultErrorMessage(result).map { String(cString: $0).trimmed } ?? ""
    detail = field(letter("D"))
    hint = field(letter("H"))
    schema = field(letter("s"))
    table = field(letter("t"))
    column = field(letter("c"))
    constraint = field(letter("n"))
  }

  /// The first two characters of the SQLSTATE.
  public var sqlClass: String { String(sqlState.prefix(2)) }

  /// The code that stands for it, by the table of SQLSTATE classes.
  public var code: ErrorCode {
    switch (sqlClass, sqlState) {
    case ("", _), ("08", _): .postgresUnreachable
    case ("28", _): .postgresLogin
    case ("3D", _): .postgresDatabaseMissing
    case ("40", _), ("53", _), ("55", _), ("57", _), ("58", _): .postgresBusy
    case (_, "23503"): .postgresParentMissing
    case ("21", _), ("22", _), ("23", _), ("54", _): .postgresDataRefused
    case (_, "42501"): .postgresPrivilege
    default: .postgresStatementRefused
    }
  }

  /// The message without row values. Data exceptions (class 22) quote the value, integrity violations (23) tell it in
  /// the detail, and what a function raises (P0) may quote anything: the server's log has it.
  public var safeMessage: String {
    var text = sqlClass == "22" ? Self.withoutQuoted(message) : message
    if sqlClass == "P0" { return "SQLSTATE \(sqlState): raised by a function of the database" }
    if ["08", "0A", "28", "3D", "53", "55", "57", "58", "42"].contains(sqlClass), let detail { text += ": \(detail)" }
    if let table, !text.contains(table) { text += ", table \(schema.map { "\($0)." } ?? "")\(table)" }
    if let column, !text.contains(column) { text += ", column \(column)" }
    if let constraint, !text.contains(constraint) { text += ", constraint \(constraint)" }
    if sqlClass != "22", sqlClass != "23", let hint { text += "; \(hint)" }
    return sqlState.isEmpty ? text : "SQLSTATE \(sqlState): \(text)"
  }

  /// What an operator sees. `place` says where: server, database, user, and what was being done.
  public func cdcError(at place: String) -> CDCError {
    CDCError(code, "\(code.meaning) (\(place))", cause: safeMessage)
  }

  private static func withoutQuoted(_ text: String) -> String {
    var result = ""
    var isQuoted = false
    for character in text {
      if character == "\"" {
        if !isQuoted { result += "\"…\"" }
        isQuoted.toggle()
      } else if !isQuoted {
        result.append(character)
      }
    }
    return result
  }
}

extension String {
  /// Without white space at both ends, on one line.
  var trimmed: String {
    split(whereSeparator: { $0 == "\n" || $0 == "\r" }).joined(separator: "; ")
      .drop(while: { $0 == " " || $0 == "\t" }).description
  }
}
