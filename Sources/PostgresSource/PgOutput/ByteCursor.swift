internal import ChangeModel

/// Reads a message's fields in order; every read is checked against the message's end.
struct ByteCursor {
  let bytes: UnsafeRawBufferPointer
  private(set) var position: Int

  init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var isAtEnd: Bool { position >= bytes.count }

  mutating func integer<Integer: FixedWidthInteger>(_: Integer.Type) throws(FramingError) -> Integer {
    let size = MemoryLayout<Integer>.size
    guard bytes.count - position >= size else { throw .tooShort }
    defer { position += size }
    return Integer(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: Integer.self))
  }

  mutating func byte() throws(FramingError) -> UInt8 { try integer(UInt8.self) }

  /// A run of `count` bytes.
  mutating func run(_ count: Int) throws(FramingError) -> ByteRange {
    guard count >= 0, bytes.count - position >= count else { throw .tooShort }
    defer { position += count }
    return ByteRange(offset: position, count: count)
  }

  /// A text that ends with a zero byte.
  mutating func text() throws(FramingError) -> String {
    let start = position
    while position < bytes.count, bytes[position] != 0 { position += 1 }
    guard position < bytes.count else { throw .tooShort }
    defer { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }
}

/// What is wrong with a pgoutput message.
enum FramingError: Error, Equatable {
  /// It ends within a field.
  case tooShort
  /// There are bytes behind its end.
  case tooLong
  /// Its kind, or a kind in it, is not known.
  case unknownKind(UInt8)
  /// A row has another number of columns than its table.
  case columnCount(found: Int, expected: Int)
  /// A row of a table that no Relation message announced.
  case unknownRelation(UInt32)
  /// A row or an end outside of a transaction, or a transaction inside of another.
  case outOfPlace(UInt8)

  /// One clause for an error message.
  var explanation: String {
    switch self {
    case .tooShort: "a message ends too early"
    case .tooLong: "a message has bytes behind its end"
    case .unknownKind(let kind): "a message of unknown kind \(kind)"
    case .columnCount(let found, let expected): "a row of \(found) columns for a table of \(expected)"
    case .unknownRelation(let id): "a row of the table \(id), which was not announced"
    case .outOfPlace(let kind): "a message of kind \(kind) where none is allowed"
    }
  }
}
