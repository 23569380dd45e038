import Foundation

/// A client that speaks bytes, to say also what no HTTP library would say.
final class RawClient {
  struct Answer {
    var status: Int
    var headers: [(String, String)]
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
    func header(_ name: String) -> String? { headers.first { $0.0.lowercased() == name.lowercased() }?.1 }
  }

  struct Problem: Error { let message: String }

  private let descriptor: Int32
  private var input: [UInt8] = []

  init(port: Int, receiveBuffer: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4)
    }
    var timeout = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw Problem(message: "connect: \(String(cString: strerror(errno)))") }
  }

  deinit { close(descriptor) }

  /// False: the server does not take it any more.
  @discardableResult func send(_ bytes: [UInt8]) -> Bool {
    var at = 0
    while at < bytes.count {
      let count = bytes[at...].withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      at += count
    }
    return true
  }

  @discardableResult func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  func get(_ target: String, method: String = "GET", headers: String = "", body: String = "") throws -> Answer {
    let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
    send("\(method) \(target) HTTP/1.1\r\nHost: x\r\n\(length)\(headers)\r\n\(body)")
    return try answer(isHead: method == "HEAD")
  }

  func halfClose() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Closes with a reset.
  func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Foundation.linger>.size))
    close(descriptor)
  }

  /// The next answer, without interim ones.
  func answer(isHead: Bool = false) throws -> Answer {
    let lines = try head()
    let status = Int(lines[0].split(separator: " ")[1]) ?? 0
    if status == 100 { return try answer(isHead: isHead) }
    let headers = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      return (String(parts[0]), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
    }
    var answer = Answer(status: status, headers: Array(headers), body: [])
    if isHead || status == 204 || status == 304 { return answer }
    if let length = answer.header("Content-Length").flatMap({ Int($0) }) {
      while input.count < length { try fill() }
      answer.body = Array(input[..<length])
      input.removeFirst(length)
    } else if answer.header("Transfer-Encoding") == "chunked" {
      while let chunk = try chunk() { answer.body += chunk }
    } else {
      answer.body = input + readToEnd()
      input = []
    }
    return answer
  }

  /// The lines of an answer's head.
  func head() throws -> [String] {
    while true {
      let text = String(decoding: input, as: UTF8.self)
      if let end = text.range(of: "\r\n\r\n") {
        let head = String(text[..<end.lowerBound])
        input.removeFirst(head.utf8.count + 4)
        return head.components(separatedBy: "\r\n")
      }
      try fill()
    }
  }

  /// The next chunk; nil: the last one.
  func chunk() throws -> [UInt8]? {
    guard let end = input.firstIndex(of: 10) else {
      try fill()
      return try chunk()
    }
    let size = Int(String(decoding: input[..<(end - 1)], as: UTF8.self), radix: 16) ?? 0
    input.removeFirst(end + 1)
    while input.count < size + 2 { try fill() }
    let chunk = Array(input[..<size])
    input.removeFirst(size + 2)
    return size == 0 ? nil : chunk
  }

  /// Everything until the server closes.
  func readToEnd() -> [UInt8] {
    var all: [UInt8] = []
    while let more = receive() { all += more }
    return all
  }

  /// Whether the server closes without another byte.
  var isClosedByServer: Bool { input.isEmpty && readToEnd().isEmpty }

  private func fill() throws {
    guard let more = receive() else { throw Problem(message: "closed after \(String(decoding: input, as: UTF8.self))") }
    input += more
  }

  private func receive() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? Array(buffer[..<count]) : nil
  }
}
