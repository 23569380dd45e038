internal import CLibPQ
public import ChangeModel

extension PostgresConnection {
  /// Runs `COPY … TO STDOUT` and calls `body` with each row; the pointer is valid during the call only. Returns the
  /// number of rows.
  ///
  /// Throws like `query`, and what `body` throws; then the statement was cancelled and the connection is usable.
  @discardableResult
  public func copyOut(_ sql: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
    let reader = try beginCopyOut(sql)
    while let row = try reader.next() { try body(row) }
    return reader.rowCount
  }

  /// Starts `COPY … TO STDOUT`. Until the reader is at its end or cancelled the connection does nothing else.
  ///
  /// Throws like `query`.
  public func beginCopyOut(_ sql: String) throws(CDCError) -> CopyReader {
    try checkUse()
    guard let result = PQexec(handle, sql) else { throw brokenConnection() }
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_COPY_OUT else { throw failure(of: result) }
    return CopyReader(self)
  }
}

/// Receives the rows of a `COPY … TO STDOUT`, one at a time. It keeps its connection alive.
public final class CopyReader {
  private let connection: PostgresConnection
  private var message: UnsafeMutablePointer<CChar>?
  private var isDone = false
  /// Rows so far.
  public private(set) var rowCount = 0

  init(_ connection: PostgresConnection) { self.connection = connection }

  deinit { cancel() }

  /// The next row's bytes, valid until the next call; nil: that was all. Waits for the server.
  ///
  /// Throws like `query`.
  public func next() throws(CDCError) -> UnsafeRawBufferPointer? {
    if let message { PQfreemem(message) }
    message = nil
    guard !isDone else { return nil }
    let count = PQgetCopyData(connection.handle, &message, 0)
    if count > 0 {
      rowCount += 1
      return UnsafeRawBufferPointer(start: message, count: Int(count))
    }
    isDone = true
    try connection.checkUse()
    if count == -1 {
      _ = try CopyEnd.drain(connection)
      return nil
    }
    throw connection.brokenConnection()
  }

  /// Gives up the rest. The open transaction is failed then.
  public func cancel() {
    if let message { PQfreemem(message) }
    message = nil
    guard !isDone, connection.isUsable else { return }
    isDone = true
    connection.canceller()?.cancel()
    var rest: UnsafeMutablePointer<CChar>?
    while PQgetCopyData(connection.handle, &rest, 0) > 0 { PQfreemem(rest) }
    while let result = PQgetResult(connection.handle) { PQclear(result) }
  }
}
