internal import CEvent
internal import Glibc

/// A client's connection, on the loop's thread: its bytes become requests, one at a time, and answers become bytes.
final class Connection {
  enum Phase {
    /// Waiting for a request, or in the middle of one.
    case reading
    /// A request is with its handler.
    case handling(Exchange)
    /// The last answer is on its way.
    case flushing
    /// All is said; what the client still sends is thrown away, so that it can read the answer.
    case lingering
    case closed
  }

  let id: UInt64
  let peer: String
  private(set) var phase = Phase.reading
  private unowned let owner: ConnectionTable
  private let socket: OpaquePointer
  private let options: HTTPServerOptions
  private var parser: RequestParser
  private var phaseBegan: Int64
  private var hasClientClosed = false
  private var isProcessing = false

  private static let readLimit = 64 << 10
  private static let lingerNanoseconds: Int64 = 5_000_000_000

  init(
    id: UInt64, peer: String, socket: OpaquePointer, owner: ConnectionTable, options: HTTPServerOptions, now: Int64
  ) {
    self.id = id
    self.peer = peer
    self.socket = socket
    self.owner = owner
    self.options = options
    parser = RequestParser(headLimit: options.headLimit, bodyLimit: options.bodyLimit)
    phaseBegan = now
  }

  func open() {
    bufferevent_setcb(socket, readable, writable, happened, Unmanaged.passUnretained(self).toOpaque())
    bufferevent_setwatermark(socket, Int16(EV_READ), 0, Self.readLimit)
    bufferevent_setwatermark(socket, Int16(EV_WRITE), options.streamBacklog / 4, 0)
    var writeTimeout = timeval(tv_sec: Int(options.writeTimeout.components.seconds), tv_usec: 0)
    bufferevent_set_timeouts(socket, nil, &writeTimeout)
    bufferevent_enable(socket, Int16(EV_READ | EV_WRITE))
  }

  // MARK: Input

  func read() {
    switch phase {
    case .reading:
      takeInput()
      process()
    case .flushing, .lingering: discardInput()
    case .handling, .closed: break
    }
  }

  private func takeInput() {
    guard let input = bufferevent_get_input(socket) else { return }
    let hadBegun = parser.isInsideRequest
    var chunk = [UInt8](repeating: 0, count: evbuffer_get_length(input))
    let count = chunk.withUnsafeMutableBytes { evbuffer_remove(input, $0.baseAddress, $0.count) }
    guard count > 0 else { return }
    chunk.withUnsafeBytes { parser.append(UnsafeRawBufferPointer(rebasing: $0[..<Int(count)])) }
    if !hadBegun { phaseBegan = owner.now }
  }

  private func discardInput() {
    guard let input = bufferevent_get_input(socket) else { return }
    evbuffer_drain(input, evbuffer_get_length(input))
  }

  /// Reads requests until one is with its handler, or bytes are missing.
  private func process() {
    guard !isProcessing else { return }
    isProcessing = true
    defer { isProcessing = false }
    while case .reading = phase {
      switch parser.next() {
      case .needsMore:
        if hasClientClosed { owner.remove(self) }
        return
      case .sendContinue: write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
      case .request(let head, let request): handle(head, request)
      case .failed(let error, let isHead): refuse(error, isHead: isHead)
      }
    }
  }

  private func handle(_ head: RequestHead, _ request: HTTPServerRequest) {
    let exchange = Exchange(
      connection: id, isHead: head.method == "HEAD", isVersion10: head.isVersion10, keepsAlive: head.keepsAlive,
      backlog: options.streamBacklog)
    if hasClientClosed { exchange.clientClosedItsSide() }
    enter(.handling(exchange))
    var request = request
    request.peer = peer
    owner.dispatch(request, exchange)
  }

  /// Answers what can't be read, and closes.
  private func refuse(_ error: RequestError, isHead: Bool) {
    let body = ResponseHead.errorBody(error.status, error.message)
    let head = ResponseHead(
      status: error.status, headers: ResponseHead.jsonHeaders, framing: .length(body.count), keepsAlive: false)
    enter(.flushing)
    write(head.bytes + (isHead ? [] : body))
    discardInput()
  }

  // MARK: Output

  private func write(_ bytes: [UInt8]) {
    if !bytes.isEmpty { bytes.withUnsafeBytes { _ = bufferevent_write(socket, $0.baseAddress, $0.count) } }
  }

  private var outputLength: Int { bufferevent_get_output(socket).map { evbuffer_get_length($0) } ?? 0 }

  /// Sends a part of the answer to `exchange`, if that is still the request in hand.
  func send(_ exchange: Exchange, _ bytes: [UInt8], reserved: Int, _ part: ResponsePart) {
    guard case .handling(let current) = phase, current === exchange else { return }
    write(bytes)
    exchange.handedOver(reserved, output: outputLength)
    guard case .last(let keepsAlive) = part else { return }
    exchange.connectionGone()
    if keepsAlive, !hasClientClosed {
      enter(.reading)
      takeInput()
      process()
    } else {
      enter(.flushing)
      if outputLength == 0 { linger() }
    }
  }

  func written() {
    let length = outputLength
    if case .handling(let exchange) = phase { exchange.drained(to: length) }
    if case .flushing = phase, length == 0 { linger() }
  }

  /// Says that nothing more comes, and waits for the client to close.
  private func linger() {
    guard !hasClientClosed, !owner.isStopping else { return owner.remove(self) }
    enter(.lingering)
    shutdown(bufferevent_getfd(socket), Int32(SHUT_WR))
    discardInput()
  }

  // MARK: Ends

  func clientClosed() {
    hasClientClosed = true
    switch phase {
    case .reading: process()
    case .handling(let exchange): exchange.clientClosedItsSide()
    case .flushing: if outputLength == 0 { owner.remove(self) }
    case .lingering, .closed: owner.remove(self)
    }
  }

  func failed() { owner.remove(self) }

  /// Closes what took too long.
  func sweep(_ now: Int64) {
    let age = now - phaseBegan
    switch phase {
    case .reading where parser.isInsideRequest:
      if age > options.requestTimeout.nanoseconds {
        refuse(RequestError(408, "the request did not arrive in time"), isHead: false)
      }
    case .reading: if age > options.idleTimeout.nanoseconds { owner.remove(self) }
    case .lingering: if age > Self.lingerNanoseconds { owner.remove(self) }
    case .handling, .flushing, .closed: break
    }
  }

  /// The server stops: idle connections close, streams end, running requests get their answer.
  func stop() {
    switch phase {
    case .reading where parser.isInsideRequest: break
    case .reading: if outputLength == 0 { owner.remove(self) } else { enter(.flushing) }
    case .handling(let exchange): exchange.serverStops()
    case .lingering: owner.remove(self)
    case .flushing, .closed: break
    }
  }

  /// Frees the socket. The object is not used by libevent afterwards.
  func close() {
    if case .handling(let exchange) = phase { exchange.connectionGone() }
    if case .closed = phase { return }
    phase = .closed
    bufferevent_setcb(socket, nil, nil, nil, nil)
    bufferevent_free(socket)
  }

  private func enter(_ next: Phase) {
    phase = next
    phaseBegan = owner.now
  }
}

extension Duration {
  var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}

private func connection(_ context: UnsafeMutableRawPointer?) -> Connection? {
  context.map { Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
}

private func readable(_: OpaquePointer?, _ context: UnsafeMutableRawPointer?) { connection(context)?.read() }

private func writable(_: OpaquePointer?, _ context: UnsafeMutableRawPointer?) { connection(context)?.written() }

private func happened(_: OpaquePointer?, _ what: Int16, _ context: UnsafeMutableRawPointer?) {
  let isEnd = what & Int16(BEV_EVENT_EOF) != 0
  if isEnd { connection(context)?.clientClosed() } else { connection(context)?.failed() }
}
