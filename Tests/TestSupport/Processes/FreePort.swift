internal import Foundation
internal import Glibc

/// Ports on loopback that nobody listens on.
public enum FreePort {
  private static let given = Given()

  /// A free port, each one given once. It lies below the range that the system gives to outgoing connections: inside
  /// it, a client that retries while its server is down can connect to itself and hold the port.
  public static func next() throws -> Int {
    let range = try? String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
    let lowest = range?.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } ?? 32768
    let top = lowest > 11_000 ? lowest : 32768
    for _ in 0..<1000 {
      let port = Int.random(in: 10_000..<top)
      if given.take(port), isFree(port) { return port }
    }
    throw TestSupportError("no free port between 10000 and \(top)")
  }

  /// Whether nobody listens on a port of 127.0.0.1.
  public static func isFree(_ port: Int) -> Bool {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return false }
    defer { close(socket) }
    var one: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private final class Given: @unchecked Sendable {
    private let lock = NSLock()
    private var ports: Set<Int> = []
    func take(_ port: Int) -> Bool { lock.withLock { ports.insert(port).inserted } }
  }
}
