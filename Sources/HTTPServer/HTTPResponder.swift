/// Answers one request: once with `respond`, or with `beginStream`, any number of `send`, and `end`. Usable from any
/// thread, also after the handler has returned, and when the client is gone. A handler that lets go of it without an
/// answer answers 500.
public final class HTTPResponder: Sendable {
  private let exchange: Exchange
  private let outlet: any ResponseOutlet

  init(_ exchange: Exchange, _ outlet: any ResponseOutlet) {
    self.exchange = exchange
    self.outlet = outlet
  }

  deinit {
    switch exchange.abandon() {
    case .waiting: send(whole: 500, ResponseHead.jsonHeaders, ResponseHead.errorBody(500, "Request failed."))
    // A stream that was not ended is cut off, so that the client knows.
    case .streaming:
      outlet.abort(exchange)
      outlet.streamEnded()
    case .finished: break
    }
  }

  /// Answers with a whole body. Content-Length, Date and Connection are set by the server. Without effect after the
  /// first answer.
  public func respond(status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
    if exchange.advance(from: .waiting, to: .finished) { send(whole: status, headers, body) }
  }

  /// Answers with `{"error_code": …, "message": …}`.
  public func respond(error status: Int, _ message: String, headers: [(String, String)] = []) {
    respond(status: status, headers: headers + ResponseHead.jsonHeaders, body: ResponseHead.errorBody(status, message))
  }

  /// Begins an answer whose body comes in pieces. False: the client is gone, or too many streams are open (it is
  /// answered with 503).
  @discardableResult public func beginStream(status: Int, headers: [(String, String)] = []) -> Bool {
    guard outlet.streamBegins() else {
      respond(error: 503, "Too many streamed answers are open; try again later.")
      return false
    }
    guard exchange.advance(from: .waiting, to: exchange.isHead ? .finished : .streaming) else {
      outlet.streamEnded()
      return false
    }
    let framing: ResponseHead.Framing = exchange.isVersion10 ? .close : .chunked
    let head = ResponseHead(status: status, headers: headers, framing: framing, keepsAlive: keepsStreamAlive)
    // A head is the whole answer to HEAD.
    if exchange.isHead { outlet.streamEnded() }
    outlet.write(exchange, head.bytes, reserved: 0, exchange.isHead ? .last(keepsAlive: keepsStreamAlive) : .more)
    return true
  }

  private var keepsStreamAlive: Bool { exchange.keepsAlive && !exchange.isVersion10 && !outlet.isStopping }

  /// Sends a piece of a stream; waits while a slow client has too much before it. False: nobody wants more, since the
  /// client is gone, asked for the head only, or the server stops.
  public func send(_ bytes: [UInt8]) -> Bool {
    guard !bytes.isEmpty else { return !exchange.wantsNoMore }
    let framed = exchange.isVersion10 ? bytes : Self.chunk(bytes)
    guard exchange.reserve(framed.count) else { return false }
    return outlet.write(exchange, framed, reserved: framed.count, .more)
  }

  /// Ends a stream.
  public func end() {
    guard exchange.advance(from: .streaming, to: .finished) else { return }
    defer { outlet.streamEnded() }
    let tail = exchange.isVersion10 ? [] : Array("0\r\n\r\n".utf8)
    outlet.write(exchange, tail, reserved: 0, .last(keepsAlive: keepsStreamAlive))
  }

  /// Whether nobody waits for more: the client is gone, or the server stops. For handlers that wait before they send.
  public var isCancelled: Bool { exchange.wantsNoMore && !exchange.isHead }

  private func send(whole status: Int, _ headers: [(String, String)], _ body: [UInt8]) {
    let keepsAlive = exchange.keepsAlive && !outlet.isStopping
    let framing: ResponseHead.Framing = ResponseHead.hasNoBody(status) ? .none : .length(body.count)
    let head = ResponseHead(status: status, headers: headers, framing: framing, keepsAlive: keepsAlive)
    let sendsBody = !exchange.isHead && !ResponseHead.hasNoBody(status)
    outlet.write(exchange, head.bytes + (sendsBody ? body : []), reserved: 0, .last(keepsAlive: keepsAlive))
  }

  private static func chunk(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + 12)
    out += String(bytes.count, radix: 16).utf8
    out += "\r\n".utf8
    out += bytes
    out += "\r\n".utf8
    return out
  }
}

/// Whether more of an answer follows.
enum ResponsePart {
  case more
  case last(keepsAlive: Bool)
}

/// Where answers go: the server.
protocol ResponseOutlet: AnyObject, Sendable {
  /// Sends bytes to the client. False: it is gone, or the server has stopped.
  @discardableResult func write(_ exchange: Exchange, _ bytes: [UInt8], reserved: Int, _ part: ResponsePart) -> Bool
  /// Closes the connection in the middle of an answer.
  func abort(_ exchange: Exchange)
  /// Counts a stream; false: there are too many.
  func streamBegins() -> Bool
  func streamEnded()
  /// Whether connections are closed after their answer.
  var isStopping: Bool { get }
}
