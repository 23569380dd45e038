/// A request.
public struct HTTPRequest: Sendable {
  /// `GET`, `POST`, …
  public var method: String
  /// The address, `http` or `https`. User and password in it are used as basic authentication.
  public var url: String
  /// Headers beside those that the client sets itself.
  public var headers: [(String, String)]
  /// The body; nil: none. Without a `Content-Type` header it is `application/json`.
  public var body: [UInt8]?
  /// How long the whole exchange may take; zero: for ever.
  public var timeout: Duration
  /// How long not a byte may move, in whole seconds; nil: as long as `timeout` lets it.
  public var stallTimeout: Duration?

  /// A request.
  public init(
    method: String = "GET", url: String, headers: [(String, String)] = [], body: [UInt8]? = nil,
    timeout: Duration = .seconds(30), stallTimeout: Duration? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.stallTimeout = stallTimeout
  }
}

/// A body that is sent from where it is, without a copy of the whole.
public enum HTTPUpload {
  /// Memory that stays as it is during the call.
  case bytes(UnsafeRawBufferPointer)
  /// A part of a file, read with `pread` as it is sent; the file's own position stays as it is.
  case file(descriptor: Int32, offset: Int, count: Int)
}

/// An answer.
public struct HTTPResponse: Sendable {
  /// The status, as 200.
  public var status: Int
  /// The headers, names as they came.
  public var headers: [(String, String)]
  /// The body; empty where it was handed out in parts.
  public var body: [UInt8]

  /// An answer.
  public init(status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Whether the status is 200 to 299.
  public var isSuccess: Bool { (200..<300).contains(status) }

  /// The value of a header, whatever the case of its name.
  public func header(_ name: String) -> String? {
    let name = name.lowercased()
    return headers.first { $0.0.lowercased() == name }?.1
  }
}
