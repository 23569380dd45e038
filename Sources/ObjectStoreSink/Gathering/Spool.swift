internal import ChangeModel
internal import Glibc

/// A file without a name in the state directory that takes the bytes of open objects when memory is short. It is gone
/// with the process; what it held comes again from Kafka.
///
/// New bytes always go to its end; what is released is given back to the file system as holes, so that it takes the room
/// of what is live, whatever the order of releases.
final class Spool {
  /// Where a run of bytes lies.
  struct Extent {
    var offset: Int64
    var count: Int
  }

  private static let blockSize: Int64 = 4096

  private let folder: String
  private var descriptor: Int32 = -1
  private var end: Int64 = 0
  private(set) var liveBytes = 0

  init(folder: String) { self.folder = folder }

  deinit { close() }

  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws(CDCError) -> Extent {
    if descriptor < 0 { descriptor = try UnnamedFile.open(in: folder) }
    let extent = Extent(offset: end, count: bytes.count)
    try UnnamedFile.write(bytes, to: descriptor, at: end, folder)
    // The next extent begins at a block of its own, or holes could not free this one's last block.
    end = (end + Int64(bytes.count) + Self.blockSize - 1) / Self.blockSize * Self.blockSize
    liveBytes += bytes.count
    return extent
  }

  /// Reads `count` bytes from `start` of an extent.
  func read(_ extent: Extent, from start: Int, count: Int, into out: UnsafeMutableRawPointer) throws(CDCError) {
    try UnnamedFile.read(descriptor, at: extent.offset + Int64(start), count, into: out, folder)
  }

  /// Forgets an extent.
  func release(_ extent: Extent) {
    liveBytes -= extent.count
    guard descriptor >= 0 else { return }
    if liveBytes <= 0 {
      if ftruncate(descriptor, 0) == 0 { end = 0 }
      return
    }
    let length = (Int64(extent.count) + Self.blockSize - 1) / Self.blockSize * Self.blockSize
    UnnamedFile.punch(descriptor, at: extent.offset, length)
  }

  /// Gives the file back.
  func close() {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
    end = 0
    liveBytes = 0
  }
}
