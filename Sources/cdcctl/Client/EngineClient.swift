internal import HTTPClient
internal import JSON

/// Calls the engine's REST interface.
struct EngineClient {
  private let base: String
  private let client = HTTPClient()

  /// `url` may end with a slash.
  init(url: String) {
    var base = url
    while base.hasSuffix("/") { base.removeLast() }
    self.base = base
  }

  /// The JSON of an answer; null where it has no body.
  @discardableResult func call(_ method: String, _ path: String, _ body: JSONValue? = nil) throws(Failure) -> JSONValue
  {
    let headers = [("Accept", "application/json"), ("Content-Type", "application/json")]
    let response: HTTPResponse
    do throws(HTTPError) {
      // A configuration's check tries the database's login, which may take its time.
      response = try client.send(
        HTTPRequest(method: method, url: base + path, headers: headers, body: body?.utf8, timeout: .seconds(90)))
    } catch {
      throw unreachable(error)
    }
    return try Self.json(response, path)
  }

  /// Calls `line` with each line of a stream until it returns false.
  func stream(_ path: String, _ line: @escaping ([UInt8]) -> Bool) throws(Failure) {
    let splitter = LineSplitter(line)
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try client.stream(HTTPRequest(url: base + path, timeout: .zero)) { splitter.take($0) }
    } catch {
      if error.kind == .cancelled { return }
      throw unreachable(error)
    }
    _ = try Self.json(response, path)
    splitter.finish()
  }

  /// A name as one segment of a path, or as a query's value.
  static func escape(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var escaped = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default: escaped += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
    return escaped
  }

  private func unreachable(_ error: HTTPError) -> Failure {
    Failure(
      status: .unreachable, code: "unreachable",
      message: "the engine at \(base) can't be reached (\(error.description)): is cdcd running, is --url right?")
  }

  private static func json(_ response: HTTPResponse, _ path: String) throws(Failure) -> JSONValue {
    let body = try? JSONValue(parsing: response.body)
    guard response.isSuccess else {
      let message = body?["message"]?.string ?? "\(path) was answered with status \(response.status)"
      throw Failure(
        status: response.status == 404 ? .notFound : .failed, code: String(response.status), message: message)
    }
    return body ?? .null
  }
}

/// Cuts a stream of bytes into lines.
private final class LineSplitter {
  private var rest: [UInt8] = []
  private let line: ([UInt8]) -> Bool

  init(_ line: @escaping ([UInt8]) -> Bool) { self.line = line }

  /// False: no more lines are wanted.
  func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    rest.append(contentsOf: bytes)
    while let end = rest.firstIndex(of: 0x0A) {
      let whole = Array(rest[..<end])
      rest.removeSubrange(...end)
      if !whole.isEmpty && !line(whole) { return false }
    }
    return true
  }

  func finish() {
    if !rest.isEmpty { _ = line(rest) }
    rest = []
  }
}
