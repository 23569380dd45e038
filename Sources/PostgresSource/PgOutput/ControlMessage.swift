internal import ChangeModel

/// A message of the plug-in pgoutput, protocol version 1, that is not about one row
/// (https://www.postgresql.org/docs/15/protocol-logicalrep-message-formats.html). Places are in the message's bytes.
enum ControlMessage: Equatable {
  /// A transaction begins. `commitLSN` is where its commit record begins; microseconds since 1970.
  case begin(commitLSN: UInt64, commitMicroseconds: Int64, xid: UInt32)
  /// It ends: where its commit record begins and ends.
  case commit(commitLSN: UInt64, endLSN: UInt64, commitMicroseconds: Int64)
  /// The transaction came from another server.
  case origin(position: UInt64, name: String)
  /// A table's form from here on.
  case relation(RelationMessage)
  /// A type's name; nothing that the catalogue doesn't tell.
  case type
  /// Emptied tables.
  case truncate(relations: [UInt32])
  /// A logical message.
  case message(isTransactional: Bool, prefix: ByteRange, content: ByteRange)

  /// Reads one message, all of it.
  init(_ bytes: UnsafeRawBufferPointer) throws(FramingError) {
    var cursor = ByteCursor(bytes)
    let kind = try cursor.byte()
    switch kind {
    case UInt8(ascii: "B"):
      self = .begin(
        commitLSN: try cursor.integer(UInt64.self), commitMicroseconds: try cursor.time(),
        xid: try cursor.integer(UInt32.self))
    case UInt8(ascii: "C"):
      _ = try cursor.byte()
      self = .commit(
        commitLSN: try cursor.integer(UInt64.self), endLSN: try cursor.integer(UInt64.self),
        commitMicroseconds: try cursor.time())
    case UInt8(ascii: "O"): self = .origin(position: try cursor.integer(UInt64.self), name: try cursor.text())
    case UInt8(ascii: "R"): self = .relation(try RelationMessage(&cursor))
    case UInt8(ascii: "Y"):
      _ = try cursor.integer(UInt32.self)
      _ = try cursor.text()
      _ = try cursor.text()
      self = .type
    case UInt8(ascii: "T"): self = .truncate(relations: try Self.readTruncate(&cursor))
    case UInt8(ascii: "M"): self = try Self.readMessage(&cursor)
    default: throw .unknownKind(kind)
    }
    guard cursor.isAtEnd else { throw .tooLong }
  }

  private static func readTruncate(_ cursor: inout ByteCursor) throws(FramingError) -> [UInt32] {
    let count = Int(try cursor.integer(Int32.self))
    _ = try cursor.byte()
    guard count >= 0, count <= cursor.bytes.count / 4 else { throw .tooShort }
    var relations: [UInt32] = []
    for _ in 0..<count { relations.append(try cursor.integer(UInt32.self)) }
    return relations
  }

  private static func readMessage(_ cursor: inout ByteCursor) throws(FramingError) -> ControlMessage {
    let flags = try cursor.byte()
    _ = try cursor.integer(UInt64.self)
    let start = cursor.position
    _ = try cursor.text()
    let prefix = ByteRange(offset: start, count: cursor.position - start - 1)
    let count = Int(try cursor.integer(Int32.self))
    return .message(isTransactional: flags & 1 != 0, prefix: prefix, content: try cursor.run(count))
  }
}

extension ByteCursor {
  /// A time, from the server's microseconds since 2000 to microseconds since 1970.
  fileprivate mutating func time() throws(FramingError) -> Int64 { try integer(Int64.self) &+ 946_684_800_000_000 }
}
