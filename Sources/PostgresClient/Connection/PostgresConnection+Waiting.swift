internal import CLibPQ
public import ChangeModel
internal import Flow
internal import Glibc

extension PostgresConnection {
  /// Runs one statement, calling `tick` about every `interval` while the server works on it. When `tick` returns false,
  /// the statement is cancelled and the server's answer to that is thrown.
  ///
  /// Throws like `query`.
  @discardableResult
  public func query(
    _ sql: String, every interval: Duration, tick: (_ elapsed: Duration) -> Bool
  ) throws(CDCError) -> PostgresResult {
    try checkUse()
    guard PQsendQuery(handle, sql) == 1 else { throw brokenConnection() }
    try waitForResult(every: interval, tick: tick)
    return try lastResult()
  }

  /// Waits until a result is there. When `tick` returns false, the statement is cancelled; the answer to that is the
  /// result then.
  func waitForResult(every interval: Duration, tick: (_ elapsed: Duration) -> Bool) throws(CDCError) {
    let start = SystemTime.monotonicNanoseconds
    var isCancelled = false
    while PQisBusy(handle) == 1 {
      let isReadable = waitReadable(interval)
      guard PQconsumeInput(handle) == 1 else { throw brokenConnection() }
      if !isReadable, !isCancelled, !tick(.nanoseconds(SystemTime.monotonicNanoseconds - start)) {
        isCancelled = true
        canceller()?.cancel()
      }
    }
  }

  /// The result of a statement that was sent; all of them are taken, so that the connection is free again.
  private func lastResult() throws(CDCError) -> PostgresResult {
    var kept: PostgresResult?
    var failed: CDCError?
    while let result = PQgetResult(handle) {
      switch PQresultStatus(result) {
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: kept = PostgresResult(result)
      default:
        failed = failed ?? failure(of: result)
        PQclear(result)
      }
      guard isUsable else { break }
    }
    if let failed { throw failed }
    guard let kept else { throw brokenConnection() }
    return kept
  }

  /// Waits until the socket has bytes. False: the time passed.
  func waitReadable(_ patience: Duration) -> Bool {
    let (seconds, attoseconds) = patience.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    var entry = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, Int32(clamping: milliseconds)) > 0
  }
}
