internal import CLibPQ
public import ChangeModel
internal import Glibc

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

  /// Starts `COPY … TO STDOUT`. Until the reader is at its end or cancelled the connection does nothing else. `tick` is
  /// called about every `interval` while the server makes ready (it may wait for a lock); false gives up.
  ///
  /// Throws like `query`.
  public func beginCopyOut(
    _ sql: String, every interval: Duration = .seconds(60), tick: (_ elapsed: Duration) -> Bool = { _ in true }
  ) throws(CDCError) -> CopyReader {
    try checkUse()
    guard PQsendQuery(handle, sql) == 1 else { throw brokenConnection() }
    try waitForResult(every: interval, tick: tick)
    guard let result = PQgetResult(handle) else { throw brokenConnection() }
    defer { PQclear(result) }
    if PQresultStatus(result) == PGRES_COPY_OUT { return CopyReader(self) }
    let error = failure(of: result)
    while let rest = PQgetResult(handle) { PQclear(rest) }
    throw error
  }
}

/// Receives the rows of a `COPY … TO STDOUT`, one at a time. It keeps its connection alive.
public final class CopyReader {
  private let connection: PostgresConnection
  private var handle: OpaquePointer { connection.handle }
  private var message: UnsafeMutablePointer<CChar>?
  private var isDone = false
  /// Rows so far.
  public private(set) var rowCount = 0

  init(_ connection: PostgresConnection) { self.connection = connection }

  deinit { cancel() }

  /// What a poll came to.
  public enum Step {
    /// A row's bytes, valid until the next call.
    case row(UnsafeRawBufferPointer)
    /// Nothing came in time.
    case dry
    /// That was all.
    case end
  }

  /// The next row's bytes, valid until the next call; nil: that was all. Waits for the server.
  ///
  /// Throws like `query`.
  public func next() throws(CDCError) -> UnsafeRawBufferPointer? {
    while true {
      switch try poll(.seconds(3600)) {
      case .row(let bytes): return bytes
      case .end: return nil
      case .dry: continue
      }
    }
  }

  /// The next row, waiting for `patience` at most.
  ///
  /// Throws like `query`.
  public func poll(_ patience: Duration) throws(CDCError) -> Step {
    if let message { PQfreemem(message) }
    message = nil
    guard !isDone else { return .end }
    var hasWaited = false
    while true {
      let count = PQgetCopyData(handle, &message, 1)
      if count > 0 {
        rowCount += 1
        return .row(UnsafeRawBufferPointer(start: message, count: Int(count)))
      }
      if count < 0 { return try end(count) }
      // Bytes that OpenSSL holds are not seen by poll: read once before and once behind the wait.
      guard PQconsumeInput(handle) == 1 else { throw broken() }
      let late = PQgetCopyData(handle, &message, 1)
      if late > 0 {
        rowCount += 1
        return .row(UnsafeRawBufferPointer(start: message, count: Int(late)))
      }
      if late < 0 { return try end(late) }
      if hasWaited { return .dry }
      hasWaited = !connection.waitReadable(patience)
    }
  }

  /// Lets rows gather for about 200 µs, which costs less than a wake-up for every few of them.
  public func nap() { usleep(200) }

  private func end(_ count: Int32) throws(CDCError) -> Step {
    isDone = true
    try connection.checkUse()
    guard count == -1 else { throw connection.brokenConnection() }
    _ = try CopyEnd.drain(connection)
    return .end
  }

  private func broken() -> CDCError {
    isDone = true
    return connection.brokenConnection()
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
