internal import CSystem
internal import JSON

/// An answer's line and headers as bytes.
struct ResponseHead {
  /// How the body's end is told.
  enum Framing {
    /// There is no body, and nothing is said about one (204, 304).
    case none
    case length(Int)
    case chunked
    /// The body ends with the connection.
    case close
  }

  let status: Int
  let headers: [(String, String)]
  let framing: Framing
  let keepsAlive: Bool

  var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(256)
    out += "HTTP/1.1 \(status) \(Self.reason(status))\r\n".utf8
    var hasDate = false
    for (name, value) in headers where !Self.isOurs(name) {
      if ASCII.isEqual(name, "Date") { hasDate = true }
      append(name, value, to: &out)
    }
    if !hasDate { append("Date", HTTPDate.now(), to: &out) }
    switch framing {
    case .none, .close: break
    case .length(let length): append("Content-Length", String(length), to: &out)
    case .chunked: append("Transfer-Encoding", "chunked", to: &out)
    }
    if !keepsAlive { append("Connection", "close", to: &out) }
    out += "\r\n".utf8
    return out
  }

  /// Headers that the server sets itself.
  private static func isOurs(_ name: String) -> Bool {
    ["Content-Length", "Transfer-Encoding", "Connection"].contains { ASCII.isEqual($0, name) }
  }

  /// No control character gets into a header, so that no value can begin another one.
  private func append(_ name: String, _ value: String, to out: inout [UInt8]) {
    out += name.utf8.filter(ASCII.isToken)
    out += ": ".utf8
    out += value.utf8.filter { $0 >= 0x20 && $0 != 0x7F || $0 == ASCII.tab }
    out += "\r\n".utf8
  }

  static func hasNoBody(_ status: Int) -> Bool { status < 200 || status == 204 || status == 304 }

  /// `{"error_code": 404, "message": "…"}`, as Kafka Connect's REST answers errors.
  static func errorBody(_ status: Int, _ message: String) -> [UInt8] {
    JSONValue.object(["error_code": .integer(status), "message": .string(message)]).utf8
  }

  static let jsonHeaders = [("Content-Type", "application/json")]

  private static func reason(_ status: Int) -> String {
    switch status {
    case 100: "Continue"
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 303: "See Other"
    case 304: "Not Modified"
    case 307: "Temporary Redirect"
    case 308: "Permanent Redirect"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 411: "Length Required"
    case 413: "Content Too Large"
    case 415: "Unsupported Media Type"
    case 417: "Expectation Failed"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    default: "Status"
    }
  }
}

/// The date of answers: `Wed, 25 Nov 2026 05:03:55 GMT`.
enum HTTPDate {
  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  static func now() -> String {
    var seconds = time(nil)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { two($0) }.joined(separator: ":")
    let month = months[Int(parts.tm_mon) % 12]
    return "\(days[Int(parts.tm_wday) % 7]), \(two(parts.tm_mday)) \(month) \(parts.tm_year + 1900) \(clock) GMT"
  }

  private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
