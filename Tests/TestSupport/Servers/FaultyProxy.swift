internal import Foundation
internal import Glibc

/// A TCP proxy on loopback before a server, which can be made to misbehave.
public final class FaultyProxy: @unchecked Sendable {
  /// What it does.
  public enum Mode: Sendable, Equatable {
    /// Hands on.
    case pass
    /// Refuses new connections and cuts those there are.
    case down
    /// Hands on so many bytes per second and direction.
    case slow(Int)
    /// Answers whatever comes on a new connection with this text; cuts those there are.
    case answer(String)
  }

  /// Its port on 127.0.0.1.
  public let port: Int
  private let target: Int
  private let lock = NSLock()
  private var current: Mode = .pass
  private var listener: Int32 = -1
  private var sockets: Set<Int32> = []
  private var isClosed = false

  /// A proxy before a port of 127.0.0.1.
  public init(to target: Int) throws {
    self.target = target
    let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard made >= 0 else { throw TestSupportError("no socket") }
    var one: Int32 = 1
    setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &one, 4)
    var address = Self.loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(made, $0, length) == 0 && listen(made, 64) == 0 && getsockname(made, $0, &length) == 0
      }
    }
    guard isBound else {
      close(made)
      throw TestSupportError("the proxy can't listen")
    }
    listener = made
    port = Int(UInt16(bigEndian: address.sin_port))
    let thread = Thread { [weak self] in Self.accept(made) { self?.took($0) ?? false } }
    thread.start()
  }

  deinit {
    lock.withLock {
      isClosed = true
      for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
    }
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  /// What it does now; a change cuts the connections, except between `pass` and `slow`.
  public var mode: Mode {
    get { lock.withLock { current } }
    set {
      lock.withLock {
        current = newValue
        switch newValue {
        case .pass, .slow: break
        case .down, .answer: for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
      }
    }
  }

  private static func accept(_ listener: Int32, _ took: (Int32) -> Bool) {
    while true {
      let client = Glibc.accept(listener, nil, nil)
      guard client >= 0 else {
        if errno == EINTR || errno == ECONNABORTED { continue }
        return
      }
      if !took(client) { close(client) }
    }
  }

  private func took(_ client: Int32) -> Bool {
    switch mode {
    case .down: return false
    case .answer(let text):
      Thread { Self.answer(client, text) }.start()
      return true
    case .pass, .slow: break
    }
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = Self.loopback(UInt16(target))
    let isConnected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else {
      close(server)
      return false
    }
    lock.withLock { _ = sockets.insert(client).inserted && sockets.insert(server).inserted }
    let pair = Pair(one: client, other: server)
    for (from, to) in [(client, server), (server, client)] {
      Thread { [weak self] in
        Self.pump(from, to) { self?.mode ?? .down }
        if pair.isLast { self?.ended(pair) }
      }.start()
    }
    return true
  }

  private func ended(_ pair: Pair) {
    lock.withLock {
      sockets.subtract([pair.one, pair.other])
      close(pair.one)
      close(pair.other)
    }
  }

  private static func pump(_ from: Int32, _ to: Int32, _ mode: () -> Mode) {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      var most = buffer.count
      if case .slow(let rate) = mode() {
        most = max(1, min(most, rate / 20))
        usleep(50_000)
      }
      let count = recv(from, &buffer, most, 0)
      guard count > 0 else { break }
      var at = 0
      while at < count {
        let sent = buffer[at..<count].withUnsafeBytes { send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent > 0 else { break }
        at += sent
      }
      if at < count { break }
    }
    shutdown(from, Int32(SHUT_RDWR))
    shutdown(to, Int32(SHUT_RDWR))
  }

  private static func answer(_ client: Int32, _ text: String) {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    var timeout = timeval(tv_sec: 0, tv_usec: 200_000)
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    _ = recv(client, &buffer, buffer.count, 0)
    var bytes = Array(text.utf8)
    _ = send(client, &bytes, bytes.count, Int32(MSG_NOSIGNAL))
    // What is still sent must not turn the answer into a reset.
    shutdown(client, Int32(SHUT_WR))
    while recv(client, &buffer, buffer.count, 0) > 0 {}
    close(client)
  }

  private static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return address
  }

  /// The two sockets of a connection; the thread that ends last closes them.
  private final class Pair: @unchecked Sendable {
    let one: Int32
    let other: Int32
    private let lock = NSLock()
    private var running = 2

    init(one: Int32, other: Int32) {
      self.one = one
      self.other = other
    }

    var isLast: Bool {
      lock.withLock {
        running -= 1
        return running == 0
      }
    }
  }
}
