import Foundation
import Glibc

/// A request over a socket, byte for byte as it is given: no normal form, no added headers, one connection each.
enum RawHTTP {
  struct Answer {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
  }

  struct Failed: Error { var what: String }

  static func send(
    port: Int, _ method: String, _ target: String, headers: [(String, String)], body: [UInt8]?
  ) throws -> Answer {
    let socket = try connect(port)
    defer { close(socket) }
    var head = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if let body { head += "Content-Length: \(body.count)\r\n" }
    try write(Array((head + "\r\n").utf8) + (body ?? []), to: socket)
    return try parse(try read(from: socket), isHead: method == "HEAD")
  }

  /// A request whose answer is read by and by.
  static func open(port: Int, _ method: String, _ target: String) throws -> Reader {
    let socket = try connect(port)
    try write(Array("\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n".utf8), to: socket)
    return Reader(socket: socket)
  }

  /// An answer that goes on.
  struct Reader {
    fileprivate let socket: Int32

    /// What comes first.
    func first() throws -> String {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { throw Failed(what: "no answer") }
      return String(decoding: buffer[..<count], as: UTF8.self)
    }

    func close() { Glibc.close(socket) }
  }

  private static func connect(_ port: Int) throws -> Int32 {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      close(socket)
      throw Failed(what: "no connection to port \(port)")
    }
    var patience = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    return socket
  }

  private static func write(_ bytes: [UInt8], to socket: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard sent > 0 else { throw Failed(what: "the connection broke") }
      rest = rest.dropFirst(sent)
    }
  }

  private static func read(from socket: Int32) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      if count < 0 { throw Failed(what: "no answer in time") }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  private static func parse(_ bytes: [UInt8], isHead: Bool) throws -> Answer {
    guard let end = Data(bytes).range(of: Data("\r\n\r\n".utf8)) else { throw Failed(what: "half an answer") }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw Failed(what: "not HTTP: \(lines[0])")
    }
    let headers = lines.dropFirst().map { line -> (name: String, value: String) in
      let parts = line.split(separator: ":", maxSplits: 1)
      return (String(parts[0]), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
    }
    var answer = Answer(status: status, headers: headers, body: isHead ? [] : Array(bytes[end.upperBound...]))
    if answer.header("Transfer-Encoding") == "chunked", !isHead { answer.body = try unchunked(answer.body[...]) }
    return answer
  }

  private static func unchunked(_ bytes: ArraySlice<UInt8>) throws -> [UInt8] {
    var (rest, body): (ArraySlice<UInt8>, [UInt8]) = (bytes, [])
    while let lineEnd = rest.firstIndex(of: 0x0D) {
      let line = String(decoding: rest[..<lineEnd], as: UTF8.self)
      guard let size = Int(line, radix: 16) else { throw Failed(what: "a bad chunk") }
      if size == 0 { return body }
      let start = lineEnd + 2
      guard start + size + 2 <= rest.endIndex else { break }
      body += rest[start..<(start + size)]
      rest = rest[(start + size + 2)...]
    }
    throw Failed(what: "the last chunk is missing")
  }
}
