internal import ChangeModel

/// A message of pgoutput about one row: a plain value, since there is one for every row.
struct RowMessage {
  /// What happened to the row.
  enum Kind { case insert, update, delete }

  let kind: Kind
  /// The table's id.
  let relation: UInt32
  /// What is told of the old row: all of it (`oldIsWhole`), or the replica identity's columns, the others as null.
  let old: Tuple
  let hasOld: Bool
  let oldIsWhole: Bool
  /// The new row; empty of a delete.
  let new: Tuple

  /// Reads one message, all of it. Nil: it is about something else than a row.
  @inline(__always)
  init?(_ bytes: UnsafeRawBufferPointer) throws(FramingError) {
    var cursor = ByteCursor(bytes)
    var kind = Kind.insert
    switch try cursor.byte() {
    case UInt8(ascii: "I"): break
    case UInt8(ascii: "U"): kind = .update
    case UInt8(ascii: "D"): kind = .delete
    default: return nil
    }
    self.kind = kind
    relation = try cursor.integer(UInt32.self)
    var part = try cursor.byte()
    let hasOld = part == UInt8(ascii: "K") || part == UInt8(ascii: "O")
    guard kind != .insert || !hasOld, kind != .delete || hasOld else { throw .unknownKind(part) }
    self.hasOld = hasOld
    oldIsWhole = part == UInt8(ascii: "O")
    old = hasOld ? try Tuple(&cursor) : Tuple.empty
    if kind == .delete {
      new = Tuple.empty
    } else {
      if hasOld { part = try cursor.byte() }
      guard part == UInt8(ascii: "N") else { throw .unknownKind(part) }
      new = try Tuple(&cursor)
    }
    guard cursor.isAtEnd else { throw .tooLong }
  }
}
