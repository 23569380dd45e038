/// Why there is no answer. Never holds a user, a password or a token.
public struct HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What went wrong.
  public enum Kind: Sendable, Hashable {
    /// The address, a header or an option can't be used as it is.
    case request
    /// The host's name has no address, or nobody listens there.
    case unreachable
    /// The time was over.
    case timeout
    /// TLS failed: a certificate, a key or the handshake.
    case tls
    /// The connection broke, or what came was not HTTP.
    case connection
    /// The answer's body is larger than the client takes.
    case tooLarge
    /// The body of the request can't be read from its file.
    case upload
    /// The caller ended it.
    case cancelled
  }

  /// What went wrong.
  public var kind: Kind
  /// `host:port` of the other side; the scheme and host alone where the address can't be read.
  public var peer: String
  /// What the library says.
  public var reason: String

  /// An error.
  public init(_ kind: Kind, peer: String, reason: String) {
    self.kind = kind
    self.peer = peer
    self.reason = reason
  }

  /// Whether the same request may succeed later: the other side was not there or not well.
  public var isTransient: Bool { kind == .unreachable || kind == .timeout || kind == .connection }

  /// `127.0.0.1:8081 can't be reached: Connection refused`.
  public var description: String {
    let what =
      switch kind {
      case .request: "the request can't be sent"
      case .unreachable: "can't be reached"
      case .timeout: "did not answer in time"
      case .tls: "TLS failed"
      case .connection: "the connection broke"
      case .tooLarge: "the answer is too large"
      case .upload: "the request's body can't be read"
      case .cancelled: "the request was cancelled"
      }
    return peer.isEmpty ? "\(what): \(reason)" : "\(peer): \(what): \(reason)"
  }
}
