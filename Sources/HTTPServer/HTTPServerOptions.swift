/// Limits of a server: what a client may send, and how long it may take.
public struct HTTPServerOptions: Sendable {
  /// Bytes of a request's body; more is answered with 413.
  public var bodyLimit = 16 << 20
  /// Bytes of a request's line and headers; more is answered with 431.
  public var headLimit = 64 << 10
  /// Connections at a time; more wait in the system's queue.
  public var connectionLimit = 1024
  /// From a request's first byte to its last; then the answer is 408.
  public var requestTimeout: Duration = .seconds(60)
  /// How long a connection may stay open without a request.
  public var idleTimeout: Duration = .seconds(75)
  /// How long a client may not take any byte of an answer.
  public var writeTimeout: Duration = .seconds(60)
  /// Threads that run handlers, at most.
  public var threadLimit = 64
  /// Streamed answers at a time; more are answered with 503.
  public var streamLimit = 48
  /// Bytes of a streamed answer that may wait for a slow client before `send` waits.
  public var streamBacklog = 256 << 10

  /// The usual limits.
  public init() {}
}
