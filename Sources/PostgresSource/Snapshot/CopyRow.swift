internal import ChangeModel
internal import Glibc

/// Reads rows of `COPY … TO STDOUT` in text form (https://www.postgresql.org/docs/15/sql-copy.html) into the form that
/// the stream's rows have.
enum CopyRow {
  private static let tab = Int32(9)
  private static let backslash = UInt8(ascii: "\\")

  /// Appends a row of `columns` columns to `buffer`: unescaped in one pass, straight into place.
  @inline(__always)
  static func append(
    _ row: UnsafeRawBufferPointer, columns: Int, to buffer: inout ByteBuffer
  ) throws(FramingError) -> ByteRange {
    var count = row.count
    if count > 0, row[count - 1] == UInt8(ascii: "\n") { count -= 1 }
    let start = buffer.count
    guard columns > 0, let base = row.baseAddress else {
      guard columns == 0, count == 0 else { throw .columnCount(found: 1, expected: columns) }
      return ByteRange(offset: start, count: 0)
    }
    // Unescaped is never longer than escaped.
    var out = buffer.reserve(count + 5 * columns)
    let first = out
    // Without a backslash there is neither a null nor anything to unescape.
    let isPlain = memchr(base, Int32(backslash), count) == nil
    var from = base
    let end = base + count
    for column in 1...columns {
      let delimiter = memchr(from, tab, end - from)
      let stop = delimiter.map { UnsafeRawPointer($0) } ?? end
      guard (delimiter == nil) == (column == columns) else {
        throw .columnCount(found: column, expected: columns)
      }
      out = isPlain ? plain(from, stop - from, out) : escaped(from, stop - from, out)
      from = stop + 1
    }
    buffer.commit(out - first)
    return ByteRange(offset: start, count: out - first)
  }

  @inline(__always)
  private static func plain(
    _ from: UnsafeRawPointer, _ count: Int, _ out: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    out.storeBytes(of: UInt8(ascii: "t"), as: UInt8.self)
    (out + 1).storeBytes(of: Int32(truncatingIfNeeded: count).bigEndian, as: Int32.self)
    (out + 5).copyMemory(from: from, byteCount: count)
    return out + 5 + count
  }

  private static func escaped(
    _ from: UnsafeRawPointer, _ count: Int, _ out: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    let bytes = from.assumingMemoryBound(to: UInt8.self)
    if count == 2, bytes[0] == backslash, bytes[1] == UInt8(ascii: "N") {
      out.storeBytes(of: UInt8(ascii: "n"), as: UInt8.self)
      return out + 1
    }
    guard memchr(from, Int32(backslash), count) != nil else { return plain(from, count, out) }
    let text = (out + 5).assumingMemoryBound(to: UInt8.self)
    var written = 0
    var at = 0
    while at < count {
      var byte = bytes[at]
      at += 1
      if byte == backslash, at < count {
        byte = unescaped(bytes[at])
        at += 1
      }
      text[written] = byte
      written += 1
    }
    out.storeBytes(of: UInt8(ascii: "t"), as: UInt8.self)
    (out + 1).storeBytes(of: Int32(truncatingIfNeeded: written).bigEndian, as: Int32.self)
    return out + 5 + written
  }

  /// The server writes these escapes and no others.
  private static func unescaped(_ letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "b"): 8
    case UInt8(ascii: "t"): 9
    case UInt8(ascii: "n"): 10
    case UInt8(ascii: "v"): 11
    case UInt8(ascii: "f"): 12
    case UInt8(ascii: "r"): 13
    default: letter
    }
  }
}
