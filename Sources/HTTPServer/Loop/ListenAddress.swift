internal import ChangeModel
internal import Glibc

/// A `host:port` to listen on: `127.0.0.1:8083`, `[::1]:8083`, `:8083` (all addresses), port 0 for any free one.
struct ListenAddress {
  let text: String
  let host: String
  let port: UInt16

  init(_ text: String) throws(CDCError) {
    self.text = text
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
      throw CDCError(.listenFailed, "\(text) is not an address to listen on: host:port is expected")
    }
    self.port = port
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    self.host = host == "*" ? "" : String(host)
  }

  /// A socket that listens; the address can be bound again at once after the process ends.
  func listen() throws(CDCError) -> Int32 {
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    if host.isEmpty { hints.ai_family = AF_INET }
    var found: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host.isEmpty ? nil : host, String(port), &hints, &found)
    guard status == 0, let first = found else { throw problem(String(cString: gai_strerror(status))) }
    defer { freeaddrinfo(first) }
    let socket = Glibc.socket(
      first.pointee.ai_family, first.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard socket >= 0 else { throw problem(String(cString: strerror(errno))) }
    var on: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    guard bind(socket, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0, Glibc.listen(socket, 512) == 0 else {
      let reason = String(cString: strerror(errno))
      close(socket)
      throw problem(reason)
    }
    return socket
  }

  private func problem(_ reason: String) -> CDCError {
    CDCError(.listenFailed, "can't listen on \(text)", cause: reason)
  }

  /// The port that a socket is bound to.
  static func port(of socket: Int32) -> Int {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let port = withUnsafeMutablePointer(to: &address) { storage in
      storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain -> String? in
        guard getsockname(socket, plain, &length) == 0 else { return nil }
        return SocketName.of(plain, length)?.port
      }
    }
    return port.flatMap { Int($0) } ?? 0
  }
}

/// A socket address as text.
enum SocketName {
  static func of(_ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> (host: String, port: String)? {
    var host = [CChar](repeating: 0, count: 64)
    var port = [CChar](repeating: 0, count: 8)
    guard
      getnameinfo(
        address, length, &host, socklen_t(host.count), &port, socklen_t(port.count), NI_NUMERICHOST | NI_NUMERICSERV)
        == 0
    else { return nil }
    return (text(host), text(port))
  }

  private static func text(_ chars: [CChar]) -> String {
    String(decoding: chars.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
