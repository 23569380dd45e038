public import ChangeModel
internal import Flow
internal import Glibc
internal import Synchronization

/// An HTTP/1.1 server: libevent's loop on one thread, handlers on threads of their own that may block.
public final class HTTPServer: Sendable {
  /// Answers a request through its responder, now or later, on a thread that may block.
  public typealias Handler = @Sendable (HTTPServerRequest, HTTPResponder) -> Void

  /// The port that is bound.
  public let port: Int
  private let loop: EventLoop
  private let socket: Int32
  private let options: HTTPServerOptions
  private let pool: HandlerPool
  private let state = Mutex(State())

  private struct State {
    var thread: WorkerThread?
    var outlet: ServerOutlet?
    var isStopped = false
  }

  /// Binds `listen` (`host:port`; port 0: any free one). Throws `listenFailed` with the reason.
  public init(listen: String, options: HTTPServerOptions = HTTPServerOptions()) throws(CDCError) {
    let address = try ListenAddress(listen)
    guard let loop = EventLoop() else {
      throw CDCError(.listenFailed, "can't listen on \(listen): no event loop can be made")
    }
    socket = try address.listen()
    port = ListenAddress.port(of: socket)
    self.loop = loop
    self.options = options
    pool = HandlerPool(limit: options.threadLimit)
  }

  deinit {
    let wasStarted = state.withLock { $0.thread != nil }
    if !wasStarted { close(socket) }
  }

  /// Starts to take connections. Once.
  public func start(handler: @escaping Handler) {
    state.withLock { state in
      guard state.thread == nil, !state.isStopped else { return }
      let outlet = ServerOutlet(loop: loop, streamLimit: options.streamLimit)
      state.outlet = outlet
      state.thread = WorkerThread.start("http loop") { [loop, socket, options, pool] in
        blockBrokenPipe()
        let table = ConnectionTable(
          loop: loop, options: options,
          onRequest: { request, exchange in
            let responder = HTTPResponder(exchange, outlet)
            pool.submit { handler(request, responder) }
          },
          onEmpty: { loop.end() })
        outlet.serve(table)
        table.listen(socket)
        loop.run(tick: { table.sweep() }, atEnd: { table.close() })
        outlet.finish()
      }
    }
  }

  /// Takes no more connections, ends streams and lets running requests finish, for `deadline` at most; then closes what
  /// is left. Waits for that, so not from a handler.
  public func stop(deadline: Duration) {
    let (thread, outlet) = state.withLock { state in
      state.isStopped = true
      return (state.thread, state.outlet)
    }
    guard let thread, let outlet else { return }
    outlet.stop()
    if !thread.join(patience: deadline) {
      loop.post { [loop] in loop.end() }
      thread.join(patience: .seconds(5))
    }
    pool.close()
  }
}

/// A write to a connection that the client closed is an error of that write, not a signal that ends the process.
private func blockBrokenPipe() {
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGPIPE)
  pthread_sigmask(SIG_BLOCK, &signals, nil)
}
