/// An HTTP request as the REST interface sees it. Its answer depends on nothing else but the engine's state.
public struct RESTRequest: Sendable {
  /// `GET`, `PUT`, …, as it was sent.
  public var method: String
  /// The path as it was sent, percent-encoded, without the query.
  public var path: String
  /// The query's names and values, decoded, in order.
  public var query: [(String, String)]
  /// The headers in order.
  public var headers: [(String, String)]
  /// The body.
  public var body: [UInt8]

  /// A request.
  public init(
    method: String, path: String, query: [(String, String)] = [], headers: [(String, String)] = [], body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
  }

  /// The value of the first header of this name, whatever its case.
  func header(_ name: String) -> String? {
    headers.first { $0.0.lowercased() == name }?.1
  }
}
