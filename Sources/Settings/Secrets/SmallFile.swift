internal import Glibc

/// Reads configuration and secret files.
enum SmallFile {
  private static let limit = 16 << 20

  /// The bytes of a file; throws why they can't be read (`/x: No such file or directory`).
  static func read(_ path: String) throws(ReferenceProblem) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw problem(path, errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw problem(path, errno) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= limit else { throw ReferenceProblem(message: "\(path) is larger than 16 MiB") }
    }
  }

  private static func problem(_ path: String, _ code: Int32) -> ReferenceProblem {
    ReferenceProblem(message: "\(path): \(String(cString: strerror(code)))")
  }
}
