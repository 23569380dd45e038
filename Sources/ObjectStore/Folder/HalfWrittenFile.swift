internal import CSystem
internal import ChangeModel
internal import Glibc

/// A file that is being written under a name of its own. Its writer holds a lock on it, which the system takes away when
/// the process ends, however that ends: a file without a lock is left over.
struct HalfWrittenFile {
  private let path: String
  private let descriptor: Int32
  private var isThere = true

  /// A new empty file in a folder of such files.
  init(in folder: String) throws(CDCError) {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<100 {
      let path = folder + "/" + String(generator.next(), radix: 16)
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor < 0, errno == EEXIST { continue }
      if descriptor < 0, errno == ENOENT, mkdir(folder, 0o777) == 0 { continue }
      guard descriptor >= 0 else { throw FolderFailure.error(errno, "Making a file in \(folder)") }
      // Somebody who tidies up may have come between: then another name.
      var status = stat()
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0, status.st_nlink > 0 {
        self.path = path
        self.descriptor = descriptor
        return
      }
      close(descriptor)
      unlink(path)
    }
    throw CDCError(.folderFailed, "No file can be made and locked in \(folder)")
  }

  /// Writes the content and makes it durable.
  func write(_ body: ObjectBody) throws(CDCError) {
    switch body {
    case .bytes(let bytes): try write(bytes)
    case .file(let source, let count): try copy(source, count)
    }
    guard fsync(descriptor) == 0 else { throw FolderFailure.error(errno, "Making \(path) durable") }
  }

  /// Gives the file its name. The result is 0 or an `errno`. Without `replaces`, a file that has the name keeps it.
  mutating func move(to name: String, replaces: Bool) -> Int32 {
    if !replaces {
      if link(path, name) == 0 || errno == EEXIST { return 0 }
      // A file system without links: here the only protection is that one task at a time writes a name.
      guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(errno) else { return errno }
      if access(name, F_OK) == 0 { return 0 }
    }
    guard rename(path, name) == 0 else { return errno }
    isThere = false
    return 0
  }

  /// Closes the file, and removes it unless it was moved.
  mutating func discard() {
    if isThere { unlink(path) }
    close(descriptor)
    isThere = false
  }

  /// Removes files whose writer is gone.
  static func removeLeftovers(in folder: String) throws(CDCError) {
    guard let directory = opendir(folder) else { throw FolderFailure.error(errno, "Reading the folder \(folder)") }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      let path = folder + "/" + name
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(CDCError) {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw FolderFailure.error(written == 0 ? ENOSPC : errno, "Writing \(path)") }
      done += written
    }
  }

  /// Copies a file from its beginning, inside the kernel where it can.
  private func copy(_ source: Int32, _ count: Int) throws(CDCError) {
    var offset: Int64 = 0
    while offset < count {
      let copied = csystem_copy_file_range(source, &offset, descriptor, count - Int(offset))
      if copied < 0, errno == EINTR { continue }
      if copied < 0, [ENOSPC, EDQUOT, EFBIG, EIO].contains(errno) {
        throw FolderFailure.error(errno, "Writing \(path)")
      }
      // Between these two file systems it can't, or the end was reached: reading tells.
      if copied <= 0 { return try copyByReading(source, from: Int(offset), count) }
    }
  }

  private func copyByReading(_ source: Int32, from start: Int, _ count: Int) throws(CDCError) {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { room.deallocate() }
    var offset = start
    while offset < count {
      let got = pread(source, room.baseAddress, min(room.count, count - offset), off_t(offset))
      if got < 0, errno == EINTR { continue }
      guard got > 0 else {
        let cause = got == 0 ? "it is shorter than \(count) bytes" : String(cString: strerror(errno))
        throw CDCError(.objectContent, "The temporary file of an object can't be read", cause: cause)
      }
      try write(UnsafeRawBufferPointer(rebasing: room[..<got]))
      offset += got
    }
  }
}
