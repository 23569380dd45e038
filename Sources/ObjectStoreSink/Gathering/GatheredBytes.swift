internal import ChangeModel

/// The bytes of an open object so far: what was spilled, then what is in memory.
final class GatheredBytes {
  /// What is in memory; it follows the extents.
  var buffer = ByteBuffer(capacity: 512)
  /// The buffer's capacity as the budget knows it.
  var counted = 0
  private(set) var extents: [Spool.Extent] = []
  private var spilled = 0

  /// Bytes so far.
  var count: Int { spilled + buffer.count }
  /// Whether all of it is in memory.
  var isInMemory: Bool { extents.isEmpty }

  /// Moves what is in memory to the spool and gives the memory back.
  func spill(to spool: Spool) throws(CDCError) {
    guard buffer.count > 0 else { return }
    extents.append(try spool.write(buffer.bytes))
    spilled += buffer.count
    buffer.removeAll(keepingAtMost: 512)
  }

  /// Hands all bytes to `body` in order, in pieces of `piece` bytes at most (from memory: all at once).
  func forEachPiece(
    of spool: Spool, upTo piece: Int = 1 << 20, _ body: (UnsafeRawBufferPointer) throws(CDCError) -> Void
  ) throws(CDCError) {
    if !extents.isEmpty {
      let room = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 16)
      defer { room.deallocate() }
      guard let base = room.baseAddress else { return }
      for extent in extents {
        var at = 0
        while at < extent.count {
          let count = min(piece, extent.count - at)
          try spool.read(extent, from: at, count: count, into: base)
          try body(UnsafeRawBufferPointer(start: base, count: count))
          at += count
        }
      }
    }
    if buffer.count > 0 { try body(buffer.bytes) }
  }

  /// Forgets everything.
  func release(_ spool: Spool) {
    for extent in extents { spool.release(extent) }
    extents = []
    spilled = 0
    buffer.removeAll(keepingAtMost: 16)
  }
}
