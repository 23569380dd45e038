internal import ChangeModel

/// Copies rows from a message into a batch.
enum TupleCopy {
  /// Copies a row as it stands and returns where it lies now.
  @inline(__always)
  static func copy(_ tuple: Tuple, of bytes: UnsafeRawBufferPointer, to buffer: inout ByteBuffer) -> ByteRange {
    let start = buffer.count
    buffer.append(UnsafeRawBufferPointer(rebasing: bytes[Int(tuple.range.offset)..<tuple.range.end]))
    return ByteRange(offset: start, count: Int(tuple.range.count))
  }

  /// Copies a row column by column; a value that is told as unchanged is taken from `old`, where that has it.
  static func copy(
    _ tuple: Tuple, replacingUnchangedFrom old: Tuple?, of bytes: UnsafeRawBufferPointer, _ keeps: [Bool],
    to buffer: inout ByteBuffer
  ) -> ByteRange {
    let start = buffer.count
    var columns = TupleColumns(bytes, tuple.range)
    var oldColumns = old.map { TupleColumns(bytes, $0.range) }
    var place = 0
    while let column = columns.next() {
      let oldColumn = oldColumns?.next()
      defer { place += 1 }
      guard keeps.isEmpty || (place < keeps.count && keeps[place]) else { continue }
      var source = column.whole
      if column.isUnchanged, let oldColumn, oldColumn.isText { source = oldColumn.whole }
      buffer.append(UnsafeRawBufferPointer(rebasing: bytes[Int(source.offset)..<source.end]))
    }
    return ByteRange(offset: start, count: buffer.count - start)
  }

  /// Whether a column of the key has another value. A new value that is told as unchanged is the old one.
  static func keyDiffers(_ places: [Int], old: Tuple, new: Tuple, in bytes: UnsafeRawBufferPointer) -> Bool {
    for place in places {
      guard let before = TupleColumns.column(place, of: bytes, old.range),
        let after = TupleColumns.column(place, of: bytes, new.range), !after.isUnchanged
      else { continue }
      if before.kind != after.kind { return true }
      guard before.isText else { continue }
      let one = UnsafeRawBufferPointer(rebasing: bytes[Int(before.text.offset)..<before.text.end])
      let other = UnsafeRawBufferPointer(rebasing: bytes[Int(after.text.offset)..<after.text.end])
      if !one.elementsEqual(other) { return true }
    }
    return false
  }
}
