internal import Foundation
internal import Glibc

/// An HTTP server that does what a test tells it to, also what no real one should: it answers, keeps silent, or cuts the
/// connection. One connection at a time, one request on each.
public final class ScriptedServer: @unchecked Sendable {
  /// What came.
  public struct Request: Sendable {
    /// `PUT`, …
    public var method: String
    /// The path with its query, as it was sent.
    public var target: String
    /// The headers, names in small letters.
    public var headers: [String: String]
    /// The body.
    public var body: [UInt8]

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }
  }

  /// What the server does.
  public enum Answer: Sendable {
    /// A whole answer.
    case response(Int, headers: [String: String] = [:], body: String = "")
    /// Closes the connection without a word.
    case cut
    /// Begins an answer, then closes the connection.
    case half
    /// Says nothing until the other side goes away.
    case silence
  }

  /// Its address.
  public let endpoint: String
  /// Its port on loopback.
  public let port: Int
  private let lock = NSLock()
  private var seen: [Request] = []
  private let listener: Int32
  private let respond: @Sendable (Request, Int) -> Answer

  /// Starts one; `respond` gets each request and its number, from 0.
  public init(_ respond: @escaping @Sendable (Request, Int) -> Answer) throws {
    self.respond = respond
    port = try FreePort.next()
    endpoint = "http://127.0.0.1:\(port)"
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var one: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) }
    }
    guard bound == 0, listen(listener, 16) == 0 else { throw TestSupportError("can't listen on port \(port)") }
    self.listener = listener
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 { return }
        guard let self else {
          close(connection)
          return
        }
        self.serve(connection)
        close(connection)
      }
    }
  }

  /// Answers one after the other; the last one again and again.
  public convenience init(_ answers: [Answer]) throws {
    try self.init { _, number in answers[min(number, answers.count - 1)] }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  /// What came so far.
  public var requests: [Request] { lock.withLock { seen } }

  private func serve(_ connection: Int32) {
    guard let request = Self.read(connection) else { return }
    let number = lock.withLock {
      seen.append(request)
      return seen.count - 1
    }
    switch respond(request, number) {
    case .cut: break
    case .half: Self.write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nETag: \"x\"\r\n\r\nhalf")
    case .silence:
      var byte: UInt8 = 0
      while Glibc.read(connection, &byte, 1) > 0 {}
    case .response(let status, let headers, let body):
      var text = "HTTP/1.1 \(status) Status\r\nConnection: close\r\n"
      for (name, value) in headers { text += "\(name): \(value)\r\n" }
      if status != 204 { text += "Content-Length: \(body.utf8.count)\r\n" }
      Self.write(connection, text + "\r\n" + (request.method == "HEAD" ? "" : body))
    }
  }

  private static func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 65536)
    var head: (end: Int, length: Int)?
    while true {
      if let head, bytes.count >= head.end + head.length { break }
      let got = Glibc.read(connection, &room, room.count)
      if got <= 0 { return nil }
      bytes += room[..<got]
      if head == nil, let end = Data(bytes).range(of: Data("\r\n\r\n".utf8))?.upperBound {
        let lines = String(decoding: bytes[..<end], as: UTF8.self).lowercased().components(separatedBy: "\r\n")
        let length = lines.first { $0.hasPrefix("content-length:") }?.dropFirst(15) ?? "0"
        head = (end, Int(length.trimmingCharacters(in: .whitespaces)) ?? 0)
      }
    }
    guard let head else { return nil }
    let lines = String(decoding: bytes[..<head.end], as: UTF8.self).components(separatedBy: "\r\n")
    let first = lines[0].split(separator: " ").map(String.init)
    guard first.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      headers[line[..<colon].lowercased()] = value
    }
    return Request(
      method: first[0], target: first[1], headers: headers,
      body: Array(bytes[head.end..<(head.end + head.length)]))
  }

  private static func write(_ connection: Int32, _ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let sent = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if sent <= 0 { return }
      bytes = bytes.dropFirst(sent)
    }
  }
}
