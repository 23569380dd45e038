/// A whole request.
public struct HTTPServerRequest: Sendable {
  /// The method, as it was sent: `GET`.
  public var method: String
  /// The path, percent-decoded, without the query.
  public var path: String
  /// The path as it was sent.
  public var rawPath: String
  /// The parts between the path's slashes, each percent-decoded: an encoded slash stays inside its part.
  public var segments: [String]
  /// The query's names and values, decoded, in order.
  public var query: [(String, String)]
  /// The headers, names as they were sent, in order.
  public var headers: [(String, String)]
  /// The body.
  public var body: [UInt8]
  /// The client's address and port.
  public var peer: String

  /// A request.
  public init(
    method: String, path: String, rawPath: String, segments: [String], query: [(String, String)] = [],
    headers: [(String, String)] = [], body: [UInt8] = [], peer: String = ""
  ) {
    self.method = method
    self.path = path
    self.rawPath = rawPath
    self.segments = segments
    self.query = query
    self.headers = headers
    self.body = body
    self.peer = peer
  }

  /// The value of the first header of this name, in any case of letters.
  public func header(_ name: String) -> String? {
    headers.first { ASCII.isEqual($0.0, name) }?.1
  }

  /// The last value of a query parameter; empty for one without `=`.
  public func parameter(_ name: String) -> String? { query.last { $0.0 == name }?.1 }
}
