internal import Glibc

/// The process's own standard output and standard error.
struct StandardConsole: Console {
  @discardableResult func write(_ bytes: [UInt8]) -> Bool { Self.write(bytes, to: STDOUT_FILENO) }

  func writeError(_ bytes: [UInt8]) { _ = Self.write(bytes, to: STDERR_FILENO) }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written < 0 {
          if errno == EINTR { continue }
          return false
        }
        rest = rest.dropFirst(written)
      }
      return true
    }
  }
}
