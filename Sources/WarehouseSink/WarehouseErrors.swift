internal import ChangeModel
internal import PostgresClient

/// The sink's words for what a warehouse answers.
enum WarehouseErrors {
  /// `error` of a call on `connection`, told as the sink's: `doing` says what was done (`Writing table public.t`).
  static func wrapped(_ error: CDCError, _ doing: String, _ connection: PostgresConnection) -> CDCError {
    let place = connection.settings.location
    switch error.code.failureClass {
    case .target: return CDCError(.warehouseUnavailable, "\(doing) did not succeed (\(place))", cause: error.cause)
    case .record: return CDCError(.warehouseMissingParent, "\(doing) was refused (\(place))", cause: error.cause)
    case .poison: return CDCError(.warehouseRefusedRow, "\(doing) was refused (\(place))", cause: error.cause)
    case .fatal:
      guard connection.lastError != nil else { return error }
      return CDCError(.warehouseRefusedStatement, "\(doing) was refused (\(place))", cause: error.cause)
    }
  }
}

extension PostgresConnection {
  /// Runs a statement; what the server has against it is told with `doing`.
  @discardableResult
  func run(_ sql: String, _ parameters: [String?] = [], doing: String) throws(CDCError) -> PostgresResult {
    do throws(CDCError) { return try query(sql, parameters) } catch {
      throw WarehouseErrors.wrapped(error, doing, self)
    }
  }

  /// Runs `body` in a transaction.
  func transaction<Result>(_ doing: String, _ body: () throws(CDCError) -> Result) throws(CDCError) -> Result {
    try run("BEGIN", doing: doing)
    let result: Result
    do throws(CDCError) {
      result = try body()
      try run("COMMIT", doing: doing)
    } catch {
      // What the rollback says is of no use: the first error is the one to tell.
      if isUsable { _ = try? query("ROLLBACK") }
      throw error
    }
    return result
  }
}
