internal import CSystem
internal import ChangeModel
internal import Glibc

/// Files without a name: their room is free again once the process ends, however it ends.
enum UnnamedFile {
  /// Opens a new one in `folder`, which is made if it is missing.
  static func open(in folder: String) throws(CDCError) -> Int32 {
    if mkdir(folder, 0o700) != 0, errno != EEXIST { throw failure("made", folder) }
    // `mkstemp` puts its own characters in the place of the last six.
    let pattern = "\(folder)/objects." + String(repeating: "X", count: 6)
    var name = Array(pattern.utf8CString)
    let descriptor = name.withUnsafeMutableBufferPointer { name -> Int32 in
      guard let name = name.baseAddress else { return -1 }
      let descriptor = mkstemp(name)
      if descriptor >= 0 { unlink(name) }
      return descriptor
    }
    guard descriptor >= 0 else { throw failure("made", folder) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  /// Writes all bytes at `offset`.
  static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int64, _ folder: String
  ) throws(CDCError) {
    var done = 0
    while done < bytes.count {
      let count = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset) + done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("written", folder) }
      done += count
    }
  }

  /// Reads exactly `count` bytes at `offset`.
  static func read(
    _ descriptor: Int32, at offset: Int64, _ count: Int, into out: UnsafeMutableRawPointer, _ folder: String
  ) throws(CDCError) {
    var done = 0
    while done < count {
      let got = pread(descriptor, out + done, count - done, off_t(offset) + done)
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw failure("read", folder) }
      done += got
    }
  }

  /// Gives the room of a range back; where the file system can't, it stays taken until the file ends.
  static func punch(_ descriptor: Int32, at offset: Int64, _ length: Int64) {
    _ = csystem_punch_hole(descriptor, offset, length)
  }

  private static func failure(_ what: String, _ folder: String) -> CDCError {
    CDCError(
      .objectSpool, "a temporary file in \(folder) could not be \(what)", cause: String(cString: strerror(errno)))
  }
}
