internal import ChangeModel
internal import Glibc
internal import JSON

/// The embedded registry's memory: an append-only file of JSON lines, each on the disk before it is answered for.
struct RegistryLog {
  private let path: String
  private let descriptor: Int32

  /// Opens the log in a directory and hands every whole line to `body`. A last line that a kill tore is cut off.
  init(directory: String, _ body: (JSONValue) -> Void) throws(CDCError) {
    path = directory + "/schemas.jsonl"
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw Self.failure("open", path) }
    let content = try Self.content(descriptor, path)
    let whole = content.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    if whole < content.count, ftruncate(descriptor, off_t(whole)) != 0 { throw Self.failure("mend", path) }
    for (number, line) in content[..<whole].split(separator: UInt8(ascii: "\n")).enumerated() {
      do { body(try JSONValue(parsing: line)) } catch {
        throw CDCError(.registryStore, "\(path), line \(number + 1), can't be read", cause: error.description)
      }
    }
  }

  /// Appends an entry.
  func append(_ entry: JSONValue) throws(CDCError) {
    let line = entry.utf8 + [UInt8(ascii: "\n")]
    let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written == line.count, fsync(descriptor) == 0 else { throw Self.failure("write", path) }
  }

  private static func content(_ descriptor: Int32, _ path: String) throws(CDCError) -> [UInt8] {
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      guard count >= 0 else { throw failure("read", path) }
      if count == 0 { return content }
      content += chunk[..<count]
    }
  }

  private static func failure(_ verb: String, _ path: String) -> CDCError {
    CDCError(.registryStore, "the embedded registry can't \(verb) \(path)", cause: String(cString: strerror(errno)))
  }
}
