internal import Glibc

/// Files and folders that a command line names.
enum Disk {
  /// The largest file that is read: configurations have some kilobytes.
  static let limit = 16 << 20

  /// A file's bytes; `-` is standard input.
  static func read(_ path: String) throws(Failure) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .failed("file", "\(path) can't be read: \(reason())") }
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw .failed("file", "\(path) can't be read: \(reason())") }
      bytes.append(contentsOf: buffer[..<count])
      if bytes.count > limit {
        throw .failed("file", "\(path) is larger than \(limit >> 20) MiB; is it a configuration?")
      }
    }
  }

  /// Whether a path is a folder.
  static func isFolder(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  /// The paths of a folder's `.json` files, sorted; hidden ones are left out.
  static func jsonFiles(in folder: String) throws(Failure) -> [String] {
    guard let handle = opendir(folder) else { throw .failed("file", "\(folder) can't be read: \(reason())") }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasSuffix(".json"), !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted().map { folder.hasSuffix("/") ? folder + $0 : folder + "/" + $0 }
  }

  private static func reason() -> String { String(cString: strerror(errno)) }
}
