internal import ChangeModel

/// Where a row's columns lie in a message, checked to its end: per column a kind, and for `t` a length and a text.
struct Tuple {
  /// The columns' bytes, without their number.
  let range: ByteRange
  /// The number of columns.
  let columnCount: Int
  /// Whether a value is told as unchanged TOAST (`u`).
  let hasUnchanged: Bool

  /// No row.
  static var empty: Tuple { Tuple(range: .none, columnCount: 0, hasUnchanged: false) }

  private init(range: ByteRange, columnCount: Int, hasUnchanged: Bool) {
    self.range = range
    self.columnCount = columnCount
    self.hasUnchanged = hasUnchanged
  }

  /// Reads the number of columns and walks over them.
  @inline(__always)
  init(_ cursor: inout ByteCursor) throws(FramingError) {
    let count = Int(try cursor.integer(UInt16.self))
    let start = cursor.position
    var unchanged = false
    for _ in 0..<count {
      let kind = try cursor.byte()
      switch kind {
      case UInt8(ascii: "t"):
        let length = Int(try cursor.integer(Int32.self))
        _ = try cursor.run(length)
      case UInt8(ascii: "n"): break
      case UInt8(ascii: "u"): unchanged = true
      default: throw .unknownKind(kind)
      }
    }
    range = ByteRange(offset: start, count: cursor.position - start)
    columnCount = count
    hasUnchanged = unchanged
  }
}

/// Walks over the columns of a tuple that was checked before.
struct TupleColumns {
  /// A column: its kind, and where all of it and its text lie.
  struct Column {
    let kind: UInt8
    let whole: ByteRange
    let text: ByteRange

    var isText: Bool { kind == UInt8(ascii: "t") }
    var isUnchanged: Bool { kind == UInt8(ascii: "u") }
  }

  private let bytes: UnsafeRawBufferPointer
  private var position: Int
  private let end: Int

  /// Of `range` in `bytes`.
  init(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) {
    self.bytes = bytes
    position = Int(range.offset)
    end = range.end
  }

  /// The next column; nil behind the last.
  mutating func next() -> Column? {
    guard position < end else { return nil }
    let start = position
    let kind = bytes[position]
    position += 1
    guard kind == UInt8(ascii: "t") else {
      return Column(kind: kind, whole: ByteRange(offset: start, count: 1), text: .none)
    }
    let length = Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: Int32.self)))
    position += 4 + length
    return Column(
      kind: kind, whole: ByteRange(offset: start, count: 5 + length),
      text: ByteRange(offset: start + 5, count: length))
  }

  /// The column at `place`, from the tuple's beginning.
  static func column(_ place: Int, of bytes: UnsafeRawBufferPointer, _ range: ByteRange) -> Column? {
    var columns = TupleColumns(bytes, range)
    for _ in 0..<place { _ = columns.next() }
    return columns.next()
  }
}
