/// An HTTP request as the REST interface sees it. Its answer depends on nothing else but the engine's state.
public struct RESTRequest: Sendable {
  /// `GET`, `PUT`, …, as it was sent.
  public var method: String
  /// The request target as it was sent: path and query, percent-encoded.
  public var target: String
  /// The headers in order.
  public var headers: [(name: String, value: String)]
  /// The body.
  public var body: [UInt8]

  /// A request.
  public init(method: String, target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
  }

  /// The value of the first header of this name, whatever its case.
  func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name }?.value
  }
}
