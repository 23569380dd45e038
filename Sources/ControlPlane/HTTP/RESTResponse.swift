internal import JSON

/// The answer to a request.
public struct RESTResponse: Sendable {
  /// What an answer carries.
  public enum Content: Sendable {
    /// Nothing; the answer has the length 0 (of a 204: no length).
    case none
    /// A body that is there as a whole.
    case bytes([UInt8])
    /// Lines that come while they are read. The closure blocks; it hands pieces of the body to `send` until it is done
    /// or `send` returns false because the client is gone. It may return an answer instead if it has sent nothing yet.
    case stream(@Sendable (_ send: (_ piece: [UInt8]) -> Bool) -> RESTResponse?)
  }

  /// The HTTP status.
  public var status: Int
  /// The headers, without `Content-Length` and `Date`.
  public var headers: [(String, String)]
  /// The body.
  public var content: Content

  /// An answer.
  public init(status: Int, headers: [(String, String)] = [], content: Content = .none) {
    self.status = status
    self.headers = headers
    self.content = content
  }

  /// The body if it is there as a whole; empty for none and for a stream.
  public var body: [UInt8] {
    if case .bytes(let bytes) = content { return bytes }
    return []
  }

  /// A JSON answer.
  static func json(_ value: JSONValue, status: Int = 200) -> RESTResponse {
    RESTResponse(status: status, headers: [("Content-Type", "application/json")], content: .bytes(value.utf8))
  }

  /// Connect's error body. Errors that come before a resource was found (404, 405, 406, 415) have no content type there,
  /// so they have none here.
  static func error(_ status: Int, _ message: String, hasContentType: Bool = true) -> RESTResponse {
    let body: JSONValue = ["error_code": .integer(status), "message": .string(message)]
    return RESTResponse(
      status: status, headers: hasContentType ? [("Content-Type", "application/json")] : [],
      content: .bytes(body.utf8))
  }
}
