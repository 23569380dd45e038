internal import ChangeModel

/// A message of the plug-in pgoutput, protocol version 1
/// (https://www.postgresql.org/docs/15/protocol-logicalrep-message-formats.html). Places are in the message's bytes.
enum PgOutputMessage {
  /// A transaction begins. `finalLSN` is where its commit record begins; microseconds since 1970.
  case begin(finalLSN: UInt64, commitMicroseconds: Int64, xid: UInt32)
  /// It ends: where its commit record begins and ends.
  case commit(commitLSN: UInt64, endLSN: UInt64, commitMicroseconds: Int64)
  /// The transaction came from another server.
  case origin(position: UInt64, name: String)
  /// A table's form from here on.
  case relation(RelationMessage)
  /// A type's name; nothing that the catalogue doesn't tell.
  case type
  /// A new row; `tuple` is where its columns begin, behind their number.
  case insert(relation: UInt32, new: Tuple)
  /// A changed row with what the server tells of the old one.
  case update(relation: UInt32, old: Tuple?, oldIsWhole: Bool, new: Tuple)
  /// A deleted row.
  case delete(relation: UInt32, old: Tuple, oldIsWhole: Bool)
  /// Emptied tables; `relations` are 4-byte ids.
  case truncate(relations: ByteRange, count: Int)
  /// A logical message.
  case message(isTransactional: Bool, lsn: UInt64, prefix: ByteRange, content: ByteRange)

  /// Reads one message, all of it.
  init(_ bytes: UnsafeRawBufferPointer) throws(FramingError) {
    var cursor = ByteCursor(bytes)
    let kind = try cursor.byte()
    switch kind {
    case UInt8(ascii: "I"):
      let relation = try cursor.integer(UInt32.self)
      try cursor.expect("N")
      self = .insert(relation: relation, new: try Tuple(&cursor))
    case UInt8(ascii: "U"): self = try Self.readUpdate(&cursor)
    case UInt8(ascii: "D"):
      let relation = try cursor.integer(UInt32.self)
      let isWhole = try cursor.oldKind()
      self = .delete(relation: relation, old: try Tuple(&cursor), oldIsWhole: isWhole)
    case UInt8(ascii: "B"):
      self = .begin(
        finalLSN: try cursor.integer(UInt64.self), commitMicroseconds: try cursor.time(),
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
    case UInt8(ascii: "T"):
      let count = Int(try cursor.integer(Int32.self))
      _ = try cursor.byte()
      guard count >= 0, count <= bytes.count else { throw .tooShort }
      self = .truncate(relations: try cursor.run(count * 4), count: count)
    case UInt8(ascii: "M"): self = try Self.readMessage(&cursor)
    default: throw .unknownKind(kind)
    }
    guard cursor.isAtEnd else { throw .tooLong }
  }

  private static func readUpdate(_ cursor: inout ByteCursor) throws(FramingError) -> PgOutputMessage {
    let relation = try cursor.integer(UInt32.self)
    let kind = try cursor.byte()
    if kind == UInt8(ascii: "N") {
      return .update(relation: relation, old: nil, oldIsWhole: false, new: try Tuple(&cursor))
    }
    guard kind == UInt8(ascii: "K") || kind == UInt8(ascii: "O") else { throw .unknownKind(kind) }
    let old = try Tuple(&cursor)
    try cursor.expect("N")
    return .update(relation: relation, old: old, oldIsWhole: kind == UInt8(ascii: "O"), new: try Tuple(&cursor))
  }

  private static func readMessage(_ cursor: inout ByteCursor) throws(FramingError) -> PgOutputMessage {
    let flags = try cursor.byte()
    let lsn = try cursor.integer(UInt64.self)
    let start = cursor.position
    _ = try cursor.text()
    let prefix = ByteRange(offset: start, count: cursor.position - start - 1)
    let count = Int(try cursor.integer(Int32.self))
    return .message(isTransactional: flags & 1 != 0, lsn: lsn, prefix: prefix, content: try cursor.run(count))
  }
}

extension ByteCursor {
  fileprivate mutating func expect(_ kind: Unicode.Scalar) throws(FramingError) {
    let found = try byte()
    guard found == UInt8(ascii: kind) else { throw .unknownKind(found) }
  }

  /// `K`: the identity's columns (false), `O`: the whole row (true).
  fileprivate mutating func oldKind() throws(FramingError) -> Bool {
    let kind = try byte()
    guard kind == UInt8(ascii: "K") || kind == UInt8(ascii: "O") else { throw .unknownKind(kind) }
    return kind == UInt8(ascii: "O")
  }

  /// A time, from the server's microseconds since 2000 to microseconds since 1970.
  fileprivate mutating func time() throws(FramingError) -> Int64 { try integer(Int64.self) &+ 946_684_800_000_000 }
}
