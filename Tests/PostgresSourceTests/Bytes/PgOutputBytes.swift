import ChangeModel

@testable import PostgresClient
@testable import PostgresSource

/// Writes pgoutput messages as the server does.
enum PgOutputBytes {
  /// A column's value in a row.
  enum Value: Equatable {
    case null
    case unchanged
    case text(String)
  }

  static func begin(commit: UInt64, xid: UInt32, microseconds: Int64 = 0) -> [UInt8] {
    bytes("B") + big(commit) + big(microseconds - 946_684_800_000_000) + big(xid)
  }

  static func commit(_ lsn: UInt64, end: UInt64) -> [UInt8] { bytes("C") + [0] + big(lsn) + big(end) + big(Int64(0)) }

  static func relation(
    _ id: UInt32, _ schema: String, _ table: String, identity: String = "d",
    columns: [(name: String, type: UInt32, isKey: Bool)]
  ) -> [UInt8] {
    var result = bytes("R") + big(id) + text(schema) + text(table) + bytes(identity) + big(UInt16(columns.count))
    for column in columns { result += [column.isKey ? 1 : 0] + text(column.name) + big(column.type) + big(Int32(-1)) }
    return result
  }

  static func insert(_ id: UInt32, _ row: [Value]) -> [UInt8] { bytes("I") + big(id) + bytes("N") + tuple(row) }

  static func update(_ id: UInt32, old: (kind: String, row: [Value])? = nil, _ row: [Value]) -> [UInt8] {
    let before = old.map { bytes($0.kind) + tuple($0.row) } ?? []
    return bytes("U") + big(id) + before + bytes("N") + tuple(row)
  }

  static func delete(_ id: UInt32, kind: String = "K", _ row: [Value]) -> [UInt8] {
    bytes("D") + big(id) + bytes(kind) + tuple(row)
  }

  static func truncate(_ ids: [UInt32]) -> [UInt8] {
    bytes("T") + big(Int32(ids.count)) + [0] + ids.flatMap { big($0) }
  }

  static func message(_ prefix: String, _ content: String, transactional: Bool, lsn: UInt64 = 0) -> [UInt8] {
    bytes("M") + [transactional ? 1 : 0] + big(lsn) + text(prefix) + big(Int32(content.utf8.count)) + bytes(content)
  }

  static func origin(_ name: String, lsn: UInt64) -> [UInt8] { bytes("O") + big(lsn) + text(name) }

  static func type(_ id: UInt32, _ name: String) -> [UInt8] { bytes("Y") + big(id) + text("public") + text(name) }

  static func tuple(_ row: [Value]) -> [UInt8] {
    row.reduce(into: big(UInt16(row.count))) { result, value in
      switch value {
      case .null: result += bytes("n")
      case .unchanged: result += bytes("u")
      case .text(let text): result += bytes("t") + big(Int32(text.utf8.count)) + bytes(text)
      }
    }
  }

  /// Reads a row of a batch back.
  static func row(_ bytes: UnsafeRawBufferPointer) -> [Value] {
    var columns = TupleColumns(bytes, ByteRange(offset: 0, count: bytes.count))
    var row: [Value] = []
    while let column = columns.next() {
      if column.isText {
        row.append(.text(String(decoding: bytes[Int(column.text.offset)..<column.text.end], as: UTF8.self)))
      } else {
        row.append(column.isUnchanged ? .unchanged : .null)
      }
    }
    return row
  }

  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
  private static func big<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}

extension ChangeFramer {
  /// Takes a message from bytes.
  func take(_ bytes: [UInt8], at lsn: UInt64, into batch: ChangeBatch) throws {
    try bytes.withUnsafeBytes { try take(ReplicationStream.Message(position: LSN(lsn), bytes: $0), into: batch) }
  }
}
