internal import CLibPQ
public import ChangeModel
internal import Glibc

/// A connection to a PostgreSQL server. It blocks, and it belongs to one thread: the one that opened it.
public final class PostgresConnection {
  /// Where it leads.
  public let settings: PostgresSettings
  /// The server's error of the last call that threw, for decisions by SQLSTATE; nil if it was not the server's.
  public internal(set) var lastError: PostgresError?
  let handle: OpaquePointer
  private let owner = pthread_self()
  private var isOpen = true

  /// Connects. `replication`: to a walsender, which takes replication commands beside simple SQL.
  ///
  /// Throws `postgresUnreachable` (class target) where nobody answers in time, `postgresLogin` and
  /// `postgresDatabaseMissing` (fatal) where the server refuses.
  public init(_ settings: PostgresSettings, replication: Bool = false) throws(CDCError) {
    self.settings = settings
    handle = try Connecting.open(settings, replication: replication)
  }

  deinit { if isOpen { PQfinish(handle) } }

  /// Closes the connection; every later call throws. A second time does nothing.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    PQfinish(handle)
  }

  /// The server's version as a number: 150004 is 15.4.
  public var serverVersion: Int { isOpen ? Int(PQserverVersion(handle)) : 0 }
  /// The server process that serves this connection.
  public var backendPID: Int { isOpen ? Int(PQbackendPID(handle)) : 0 }
  /// Whether the connection is usable as far as libpq knows.
  public var isUsable: Bool { isOpen && PQstatus(handle) == CONNECTION_OK }
  /// Whether a transaction block is open, failed or not.
  public var isInTransaction: Bool {
    guard isOpen else { return false }
    let status = PQtransactionStatus(handle)
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
  }

  /// A variable that the server reports (`server_encoding`, `TimeZone`, …).
  public func parameter(_ name: String) -> String? {
    isOpen ? PQparameterStatus(handle, name).map { String(cString: $0) } : nil
  }

  /// Something that ends this connection's running statement from any thread.
  public func canceller() -> Canceller? { isOpen ? PQgetCancel(handle).map { Canceller($0) } : nil }

  /// Runs a statement and returns its rows. Without parameters it may be several statements with `;` between; the last
  /// one's rows are returned.
  ///
  /// Throws a `CDCError` whose class follows the SQLSTATE; `lastError` has the details.
  @discardableResult
  public func query(_ sql: String, _ parameters: [String?] = []) throws(CDCError) -> PostgresResult {
    try checkUse()
    let result = parameters.isEmpty ? PQexec(handle, sql) : withParameters(sql, parameters)
    guard let result else { throw brokenConnection() }
    switch PQresultStatus(result) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY, PGRES_SINGLE_TUPLE:
      return PostgresResult(result)
    default:
      defer { PQclear(result) }
      throw failure(of: result)
    }
  }

  /// Runs a statement and returns how many rows it changed. Throws like `query`.
  @discardableResult
  public func execute(_ sql: String, _ parameters: [String?] = []) throws(CDCError) -> Int {
    try query(sql, parameters).affectedRows
  }

  private func withParameters(_ sql: String, _ parameters: [String?]) -> OpaquePointer? {
    let copies = parameters.map { $0.flatMap { strdup($0) } }
    defer { for copy in copies { free(copy) } }
    let values = copies.map { $0.map { UnsafePointer($0) } }
    return PQexecParams(handle, sql, Int32(values.count), nil, values, nil, nil, 0)
  }

  // MARK: - Errors

  func checkUse() throws(CDCError) {
    assert(pthread_equal(owner, pthread_self()) != 0, "a connection belongs to the thread that opened it")
    lastError = nil
    guard isOpen else {
      throw CDCError(.postgresUnreachable, "The connection to \(settings.location) was closed already")
    }
  }

  /// The error that a result holds.
  func failure(of result: OpaquePointer) -> CDCError {
    let status = PQresultStatus(result)
    guard status == PGRES_FATAL_ERROR || status == PGRES_NONFATAL_ERROR else {
      let name = PQresStatus(status).map { String(cString: $0) } ?? "?"
      // A COPY that was started by `query`: the connection can't be used for anything else now.
      return CDCError(
        .postgresStatementRefused, "A statement at \(settings.location) gave a result of an unexpected kind (\(name))")
    }
    var error = PostgresError(result: result)
    if error.sqlState.isEmpty && PQstatus(handle) == CONNECTION_OK && error.message.isEmpty {
      error.message = libraryMessage
    }
    lastError = error
    return error.cdcError(at: settings.location)
  }

  /// The error of a call that libpq itself refused.
  func brokenConnection() -> CDCError {
    CDCError(
      .postgresUnreachable, "The connection to \(settings.location) broke", cause: libraryMessage)
  }

  var libraryMessage: String { PQerrorMessage(handle).map { String(cString: $0).trimmed } ?? "" }
}

/// Ends a connection's running statement; usable from any thread, also after the connection was closed.
public final class Canceller: @unchecked Sendable {
  private let handle: OpaquePointer

  init(_ handle: OpaquePointer) { self.handle = handle }

  deinit { PQfreeCancel(handle) }

  /// Asks the server to end the statement. False: the server can't be reached for it.
  @discardableResult public func cancel() -> Bool {
    var buffer = [CChar](repeating: 0, count: 256)
    return PQcancel(handle, &buffer, Int32(buffer.count)) == 1
  }
}
