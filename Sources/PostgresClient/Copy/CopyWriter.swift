internal import CLibPQ
public import ChangeModel

extension PostgresConnection {
  /// Starts `COPY … FROM STDIN`. Until the writer's `finish` or `cancel` the connection does nothing else.
  ///
  /// Throws like `query`.
  public func copyIn(_ sql: String) throws(CDCError) -> CopyWriter {
    try checkUse()
    guard let result = PQexec(handle, sql) else { throw brokenConnection() }
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_COPY_IN else { throw failure(of: result) }
    return CopyWriter(self)
  }
}

/// Sends the data of a `COPY … FROM STDIN`. It keeps its connection alive.
public final class CopyWriter {
  private let connection: PostgresConnection
  private var isDone = false

  init(_ connection: PostgresConnection) { self.connection = connection }

  deinit { if !isDone { cancel("the writer was given up") } }

  /// Sends bytes; they need not end at a row's border. Throws `postgresUnreachable` if the connection broke; what the
  /// server has against the data is told by `finish`.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(CDCError) {
    try connection.checkUse()
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let count = min(rest.count, 1 << 20)
      let status = PQputCopyData(connection.handle, start.assumingMemoryBound(to: CChar.self), Int32(count))
      guard status == 1 else {
        isDone = true
        throw connection.brokenConnection()
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Ends the data and waits for the server's verdict: the number of rows. Throws like `query`.
  @discardableResult public func finish() throws(CDCError) -> Int {
    try connection.checkUse()
    isDone = true
    guard PQputCopyEnd(connection.handle, nil) == 1 else { throw connection.brokenConnection() }
    return try CopyEnd.drain(connection)
  }

  /// Ends the data with an error, so that the server takes back what it has; the open transaction is failed then.
  public func cancel(_ reason: String) {
    guard !isDone, connection.isUsable else { return }
    isDone = true
    guard PQputCopyEnd(connection.handle, reason) == 1 else { return }
    while let result = PQgetResult(connection.handle) { PQclear(result) }
  }
}

/// The end of a COPY in either direction.
enum CopyEnd {
  /// Takes the results that are left. Returns the number of rows, or throws the first error.
  static func drain(_ connection: PostgresConnection) throws(CDCError) -> Int {
    var rows = 0
    var failure: CDCError?
    var serverError: PostgresError?
    while let result = PQgetResult(connection.handle) {
      defer { PQclear(result) }
      let status = PQresultStatus(result)
      if status == PGRES_COMMAND_OK {
        rows = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
      } else if failure == nil {
        failure = connection.failure(of: result)
        serverError = connection.lastError
      }
      // Another COPY result would come for ever.
      if status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH { break }
    }
    if let failure {
      connection.lastError = serverError
      throw failure
    }
    return rows
  }
}
