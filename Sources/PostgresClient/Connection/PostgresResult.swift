internal import CLibPQ

/// The rows that a statement gave, as text.
public final class PostgresResult {
  private let handle: OpaquePointer

  init(_ handle: OpaquePointer) { self.handle = handle }

  deinit { PQclear(handle) }

  /// The number of rows.
  public var rowCount: Int { Int(PQntuples(handle)) }
  /// The number of columns.
  public var columnCount: Int { Int(PQnfields(handle)) }
  /// The columns' names.
  public var fieldNames: [String] {
    (0..<PQnfields(handle)).map { PQfname(handle, $0).map { String(cString: $0) } ?? "" }
  }
  /// Rows that the statement changed or returned, as its command tag tells.
  public var affectedRows: Int { PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0 }

  /// A value; nil: null, or outside of the result.
  public subscript(row: Int, column: Int) -> String? {
    bytes(row, column).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A value's bytes, valid as long as the result; nil: null, or outside of the result.
  public func bytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
    guard row >= 0, row < rowCount, column >= 0, column < columnCount else { return nil }
    let (row, column) = (Int32(row), Int32(column))
    guard PQgetisnull(handle, row, column) == 0 else { return nil }
    return UnsafeRawBufferPointer(start: PQgetvalue(handle, row, column), count: Int(PQgetlength(handle, row, column)))
  }

  /// A row's values.
  public func row(_ row: Int) -> [String?] { (0..<columnCount).map { self[row, $0] } }

  /// All rows.
  public var rows: [[String?]] { (0..<rowCount).map(row) }
}
