internal import ChangeModel
internal import Glibc

/// Small files that must survive a kill and a power cut.
enum DurableFile {
  /// The whole content; nil: there is no such file.
  static func read(_ path: String) throws(CDCError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("read", path)
    }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure("read", path) }
      if count == 0 { return content }
      content += chunk[..<count]
    }
  }

  /// Appends to a file, which is made if it isn't there, and flushes it to the disk.
  static func append(_ bytes: [UInt8], to path: String) throws(CDCError) {
    try write(bytes, to: path, flags: O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC)
  }

  /// Puts a file in another's place, whole or not at all.
  static func replace(_ path: String, with bytes: [UInt8]) throws(CDCError) {
    let temporary = path + ".new"
    try write(bytes, to: temporary, flags: O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC)
    guard rename(temporary, path) == 0 else { throw failure("replace", path) }
    flushFolder(of: path)
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws(CDCError) {
    var partial = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      partial += part + "/"
      guard mkdir(partial, 0o750) == 0 || errno == EEXIST else { throw failure("make", path) }
    }
    guard access(path, W_OK) == 0 else { throw failure("write in", path) }
  }

  private static func write(_ bytes: [UInt8], to path: String, flags: Int32) throws(CDCError) {
    let descriptor = open(path, flags, 0o640)
    guard descriptor >= 0 else { throw failure("write", path) }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure("write", path) }
      written += count
    }
    guard fsync(descriptor) == 0 else { throw failure("flush", path) }
  }

  private static func flushFolder(of path: String) {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func failure(_ verb: String, _ path: String) -> CDCError {
    CDCError(.stateUnusable, "can't \(verb) \(path)", cause: String(cString: strerror(errno)))
  }
}
