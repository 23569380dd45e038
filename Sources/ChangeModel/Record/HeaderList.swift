/// The form that a record's own headers have in a batch's buffer: per header a 4-byte length and the name's UTF-8, a
/// 4-byte length (-1: null) and the value; lengths in network byte order.
public enum HeaderList {
  /// Appends one header to the list that ends at the buffer's end.
  public static func append(name: String, value: UnsafeRawBufferPointer?, to buffer: inout ByteBuffer) {
    var name = name
    name.withUTF8 {
      buffer.appendBigEndian(Int32($0.count))
      buffer.append(UnsafeRawBufferPointer($0))
    }
    guard let value else { return buffer.appendBigEndian(Int32(-1)) }
    buffer.appendBigEndian(Int32(value.count))
    buffer.append(value)
  }

  /// Calls `body` with each header of a list, in order; the pointers are valid during the call only.
  public static func forEach(
    in list: UnsafeRawBufferPointer, _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void
  ) {
    var at = 0
    while at + 4 <= list.count {
      let nameCount = Int(length(list, at))
      let name = UnsafeRawBufferPointer(rebasing: list[(at + 4)..<(at + 4 + nameCount)])
      at += 4 + nameCount
      let valueCount = Int(length(list, at))
      at += 4
      if valueCount < 0 {
        body(name, nil)
      } else {
        body(name, UnsafeRawBufferPointer(rebasing: list[at..<(at + valueCount)]))
        at += valueCount
      }
    }
  }

  private static func length(_ list: UnsafeRawBufferPointer, _ at: Int) -> Int32 {
    Int32(bigEndian: list.loadUnaligned(fromByteOffset: at, as: Int32.self))
  }
}
