internal import Glibc

/// Reads configuration files and tokens.
enum SmallFile {
  private static let limit = 1 << 20

  /// A file's text; nil: it can't be read, is no file, or has more than a megabyte.
  static func text(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 16384)
    while bytes.count <= limit {
      let got = read(file, &room, room.count)
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { return nil }
      if got == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += room[..<got]
    }
    return nil
  }
}

extension StringProtocol {
  /// The text without outer white space.
  var trimmed: String {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text = text.dropFirst() }
    while let last = text.last, last.isWhitespace { text = text.dropLast() }
    return String(text)
  }
}
