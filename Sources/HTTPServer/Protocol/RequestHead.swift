/// A request's line and headers (RFC 9112), read strictly: what two parsers could read in two ways is refused.
struct RequestHead {
  enum Body: Equatable {
    case none
    case length(Int)
    case chunked
  }

  let method: String
  let target: ArraySlice<UInt8>
  let isVersion10: Bool
  let headers: [(String, String)]
  private(set) var body = Body.none
  private(set) var keepsAlive: Bool
  private(set) var expectsContinue = false

  /// Parses the head's lines, without their ends.
  init(lines: [ArraySlice<UInt8>], bodyLimit: Int) throws(RequestError) {
    guard let first = lines.first else { throw RequestError(400, "the request is empty") }
    let parts = first.split(separator: ASCII.space, maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(ASCII.isToken), !parts[1].isEmpty,
      parts[1].allSatisfy({ $0 > 0x20 && $0 != 0x7F })
    else { throw RequestError(400, "the request line is malformed") }
    switch String(decoding: parts[2], as: UTF8.self) {
    case "HTTP/1.1": isVersion10 = false
    case "HTTP/1.0": isVersion10 = true
    case let version where version.hasPrefix("HTTP/"):
      throw RequestError(505, "only HTTP/1.1 and HTTP/1.0 are spoken here")
    default: throw RequestError(400, "the request line is malformed")
    }
    method = String(decoding: parts[0], as: UTF8.self)
    target = parts[1]
    var headers: [(String, String)] = []
    for line in lines.dropFirst() { headers.append(try Self.header(line)) }
    self.headers = headers
    keepsAlive = !isVersion10
    try readFraming(bodyLimit)
  }

  private static func header(_ line: ArraySlice<UInt8>) throws(RequestError) -> (String, String) {
    guard let colon = line.firstIndex(of: ASCII.colon), colon > line.startIndex,
      line[..<colon].allSatisfy(ASCII.isToken)
    else { throw RequestError(400, "a header is malformed") }
    let value = ASCII.trimmed(line[(colon + 1)...])
    guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == ASCII.tab }) else {
      throw RequestError(400, "a header has a control character")
    }
    return (String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
  }

  private func values(_ name: String) -> [String] { headers.filter { ASCII.isEqual($0.0, name) }.map(\.1) }

  private mutating func readFraming(_ bodyLimit: Int) throws(RequestError) {
    let hosts = values("Host")
    guard hosts.count == 1 || hosts.isEmpty && isVersion10 else {
      throw RequestError(400, "the request needs one Host header")
    }
    for value in values("Connection") {
      for option in value.split(separator: ",") {
        let name = option.trimmingSpaces
        if ASCII.isEqual(name, "close") { keepsAlive = false }
        if ASCII.isEqual(name, "keep-alive"), isVersion10 { keepsAlive = true }
      }
    }
    try readBody(bodyLimit)
    for value in values("Expect") {
      guard ASCII.isEqual(value, "100-continue") else { throw RequestError(417, "an expectation is not understood") }
      expectsContinue = body != .none && !isVersion10
    }
  }

  private mutating func readBody(_ bodyLimit: Int) throws(RequestError) {
    let lengths = values("Content-Length")
    let codings = values("Transfer-Encoding")
    if !codings.isEmpty {
      guard lengths.isEmpty, !isVersion10 else {
        throw RequestError(400, "the request has both a Content-Length and a Transfer-Encoding")
      }
      guard codings.count == 1, ASCII.isEqual(codings[0], "chunked") else {
        throw RequestError(501, "the only Transfer-Encoding is chunked")
      }
      body = .chunked
      return
    }
    guard let text = lengths.first else { return }
    guard lengths.count == 1, !text.isEmpty,
      text.utf8.allSatisfy({ ("0"..."9").contains(Character(Unicode.Scalar($0))) })
    else { throw RequestError(400, "the Content-Length is not one number") }
    // A number that is too large for an Int is too large for the limit, too.
    guard let length = Int(text), length <= bodyLimit else { throw .bodyTooLarge(bodyLimit) }
    body = length == 0 ? .none : .length(length)
  }
}

extension RequestError {
  static func bodyTooLarge(_ limit: Int) -> RequestError {
    RequestError(413, "the request's body is larger than \(limit) bytes")
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    String(decoding: ASCII.trimmed(Array(utf8)[...]), as: UTF8.self)
  }
}
