internal import Synchronization

/// A blocking HTTP client for many threads at a time. Connections stay open between requests.
///
/// A call blocks its thread until the answer is there, so it belongs on a thread of its own, never on Swift's shared
/// pool. Redirects are not followed.
public final class HTTPClient: Sendable {
  /// Connections that wait for the next request, at most.
  private static let idleLimit = 8

  private let options: HTTPClientOptions
  private let idle = Mutex<[CurlHandle]>([])

  /// A client with these options.
  public init(_ options: HTTPClientOptions = HTTPClientOptions()) { self.options = options }

  /// Sends a request and waits for the whole answer, whatever its status is.
  ///
  /// `isWanted` is asked about once a second; false ends the exchange as `cancelled`.
  public func send(
    _ request: HTTPRequest, whileWanted isWanted: (() -> Bool)? = nil
  ) throws(HTTPError) -> HTTPResponse {
    try perform(request, CurlTransfer(bodyLimit: options.bodyLimit, isWanted: isWanted))
  }

  /// Sends a request with a body that stays where it is, instead of the request's own, and waits for the whole answer.
  ///
  /// `isWanted` is asked about once a second; false ends the exchange as `cancelled`.
  public func send(
    _ request: HTTPRequest, uploading upload: HTTPUpload, whileWanted isWanted: @escaping () -> Bool = { true }
  ) throws(HTTPError) -> HTTPResponse {
    try perform(request, CurlTransfer(bodyLimit: options.bodyLimit, isWanted: isWanted), upload)
  }

  /// Sends a request and hands out the answer's body as it comes.
  ///
  /// - Parameters:
  ///   - isWanted: asked about once a second while nothing comes; false ends the exchange as `cancelled`.
  ///   - chunk: takes the next bytes of a body with a status of 200 to 299; false ends the exchange as `cancelled`. The
  ///     body of an answer with another status is in the response.
  public func stream(
    _ request: HTTPRequest, whileWanted isWanted: @escaping () -> Bool = { true },
    _ chunk: @escaping (UnsafeRawBufferPointer) -> Bool
  ) throws(HTTPError) -> HTTPResponse {
    try perform(request, CurlTransfer(bodyLimit: options.bodyLimit, isWanted: isWanted, chunk: chunk))
  }

  private func perform(
    _ request: HTTPRequest, _ transfer: CurlTransfer, _ upload: HTTPUpload? = nil
  ) throws(HTTPError) -> HTTPResponse {
    guard let handle = idle.withLock({ $0.popLast() }) ?? CurlHandle() else {
      throw HTTPError(.request, peer: "", reason: "libcurl can't be started")
    }
    defer {
      handle.reset()
      idle.withLock { if $0.count < Self.idleLimit { $0.append(handle) } }
    }
    return try handle.perform(request, options, transfer, upload)
  }
}
