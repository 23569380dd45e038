internal import Glibc
internal import Synchronization

/// Where lines end up: one `write` a line, lines of several threads one after the other.
struct LogOutput: Sendable {
  private let sink: @Sendable ([UInt8]) -> Void

  init(write: @escaping @Sendable ([UInt8]) -> Void) { sink = write }

  init(descriptor: Int32) {
    let writer = DescriptorWriter(descriptor)
    sink = { writer.write($0) }
  }

  func write(_ line: [UInt8]) { sink(line) }
}

private final class DescriptorWriter: Sendable {
  private let descriptor: Int32
  private let turn = Mutex(())

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// A line that can't be written is lost: there is nowhere to say so.
  func write(_ line: [UInt8]) {
    turn.withLock { _ in
      line.withUnsafeBytes { bytes in
        var at = 0
        while at < bytes.count {
          let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: at), bytes.count - at)
          if count >= 0 {
            at += count
          } else if errno == EAGAIN {
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&ready, 1, 1000) > 0 else { return }
          } else if errno != EINTR {
            return
          }
        }
      }
    }
  }
}
