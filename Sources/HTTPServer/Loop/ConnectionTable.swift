internal import CEvent
internal import Flow
internal import Glibc

/// All connections and the socket that takes new ones. Everything here belongs to the loop's thread.
final class ConnectionTable: @unchecked Sendable {
  /// Hands a request to a handler.
  typealias Dispatch = (HTTPServerRequest, Exchange) -> Void

  private let loop: EventLoop
  private let options: HTTPServerOptions
  private let onRequest: Dispatch
  private let onEmpty: () -> Void
  private var listener: OpaquePointer?
  private var isPaused = false
  private var connections: [UInt64: Connection] = [:]
  private var lastID: UInt64 = 0
  private(set) var isStopping = false
  /// Nanoseconds on the monotonic clock.
  private(set) var now: Int64 = 0

  /// `onEmpty` is called when the last connection is gone after `stop`.
  init(
    loop: EventLoop, options: HTTPServerOptions, onRequest: @escaping Dispatch, onEmpty: @escaping () -> Void
  ) {
    self.loop = loop
    self.options = options
    self.onRequest = onRequest
    self.onEmpty = onEmpty
  }

  /// Takes connections from a listening socket, which is closed with the table.
  func listen(_ socket: Int32) {
    now = SystemTime.monotonicNanoseconds
    listener = evconnlistener_new(
      loop.handle, accepted, Unmanaged.passUnretained(self).toOpaque(),
      LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, socket)
    evconnlistener_set_error_cb(listener, acceptFailed)
  }

  func dispatch(_ request: HTTPServerRequest, _ exchange: Exchange) { onRequest(request, exchange) }

  fileprivate func accept(_ descriptor: Int32, _ peer: String) {
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    guard let socket = bufferevent_socket_new(loop.handle, descriptor, Int32(BEV_OPT_CLOSE_ON_FREE.rawValue)) else {
      evutil_closesocket(descriptor)
      return
    }
    now = SystemTime.monotonicNanoseconds
    lastID += 1
    let connection = Connection(
      id: lastID, peer: peer, socket: socket, owner: self, options: options, now: now)
    connections[lastID] = connection
    connection.open()
    if connections.count >= options.connectionLimit { pause() }
  }

  /// No more connections are taken: there are enough, or the system has no more descriptors.
  fileprivate func pause() {
    guard let listener, !isPaused else { return }
    isPaused = true
    evconnlistener_disable(listener)
  }

  private func resume() {
    guard let listener, isPaused, connections.count < options.connectionLimit else { return }
    isPaused = false
    evconnlistener_enable(listener)
  }

  func remove(_ connection: Connection) {
    // It may be in the middle of a callback: it stays alive until that is over.
    withExtendedLifetime(connection) {
      connections[connection.id] = nil
      connection.close()
    }
    resume()
    if isStopping, connections.isEmpty { onEmpty() }
  }

  func send(_ exchange: Exchange, _ bytes: [UInt8], reserved: Int, _ part: ResponsePart) {
    now = SystemTime.monotonicNanoseconds
    connections[exchange.connection]?.send(exchange, bytes, reserved: reserved, part)
    if isStopping { connections[exchange.connection]?.stop() }
  }

  func abort(_ exchange: Exchange) {
    guard let connection = connections[exchange.connection], case .handling(let current) = connection.phase,
      current === exchange
    else { return }
    remove(connection)
  }

  /// Once a second.
  func sweep() {
    now = SystemTime.monotonicNanoseconds
    for connection in Array(connections.values) { connection.sweep(now) }
    resume()
  }

  /// Takes no more connections; idle ones close now, the others after their answer.
  func stop() {
    isStopping = true
    closeListener()
    for connection in Array(connections.values) { connection.stop() }
    if connections.isEmpty { onEmpty() }
  }

  /// Closes everything.
  func close() {
    closeListener()
    for connection in Array(connections.values) { connection.close() }
    connections = [:]
  }

  private func closeListener() {
    if let listener { evconnlistener_free(listener) }
    listener = nil
  }
}

private func accepted(
  _: OpaquePointer?, _ descriptor: Int32, _ address: UnsafeMutablePointer<sockaddr>?, _ length: Int32,
  _ context: UnsafeMutableRawPointer?
) {
  guard let context else { return }
  let name = address.flatMap { SocketName.of($0, socklen_t(length)) }
  Unmanaged<ConnectionTable>.fromOpaque(context).takeUnretainedValue()
    .accept(descriptor, name.map { $0.host.contains(":") ? "[\($0.host)]:\($0.port)" : "\($0.host):\($0.port)" } ?? "")
}

private func acceptFailed(_: OpaquePointer?, _ context: UnsafeMutableRawPointer?) {
  if let context { Unmanaged<ConnectionTable>.fromOpaque(context).takeUnretainedValue().pause() }
}
