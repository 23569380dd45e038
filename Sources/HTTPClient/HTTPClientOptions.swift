/// What all requests of a client share.
public struct HTTPClientOptions: Sendable {
  /// TLS for `https` addresses.
  public var tls: TLSOptions
  /// Who the client is; an address's own user and password come before it.
  public var authentication: HTTPAuthentication?
  /// The proxy for all requests; nil: what `http_proxy`, `https_proxy` and `no_proxy` say, none to this machine.
  public var proxy: HTTPProxy?
  /// How long making a connection may take.
  public var connectTimeout: Duration
  /// The largest body of an answer in bytes; a streamed one has no limit.
  public var bodyLimit: Int
  /// The header `User-Agent`.
  public var userAgent: String

  /// The defaults.
  public init(
    tls: TLSOptions = TLSOptions(), authentication: HTTPAuthentication? = nil, proxy: HTTPProxy? = nil,
    connectTimeout: Duration = .seconds(10), bodyLimit: Int = 64 << 20, userAgent: String = "martinet"
  ) {
    self.tls = tls
    self.proxy = proxy
    self.authentication = authentication
    self.connectTimeout = connectTimeout
    self.bodyLimit = bodyLimit
    self.userAgent = userAgent
  }
}

/// A proxy. Its description shows no secret.
public struct HTTPProxy: Sendable, Hashable, CustomStringConvertible {
  /// The address, as `http://proxy:3128`; empty: no proxy, whatever the environment says.
  public var url: String
  /// The user; nil: none.
  public var user: String?
  /// The user's password.
  public var password: String?

  /// A proxy.
  public init(url: String, user: String? = nil, password: String? = nil) {
    self.url = url
    self.user = user
    self.password = password
  }

  /// Without a proxy.
  public static let none = HTTPProxy(url: "")

  /// `a proxy`: an address may hold a password.
  public var description: String { url.isEmpty ? "no proxy" : "a proxy" }
}

/// Who a client is. Its description shows no secret.
public enum HTTPAuthentication: Sendable, Hashable, CustomStringConvertible {
  /// User and password (RFC 7617).
  case basic(user: String, password: String)
  /// A token (RFC 6750).
  case bearer(String)

  /// The scheme alone.
  public var description: String {
    switch self {
    case .basic: "basic authentication"
    case .bearer: "bearer token"
    }
  }
}

/// Certificates and keys in PEM, and what is checked.
public struct TLSOptions: Sendable, Hashable {
  /// PEM in a file or as text.
  public enum Material: Sendable, Hashable {
    /// The path of a file.
    case file(String)
    /// The text itself.
    case text(String)
  }

  /// Certificates of the authorities that a server's certificate must come from; nil: the system's.
  public var authorities: Material?
  /// The client's certificate, with its chain.
  public var certificate: Material?
  /// The client's private key.
  public var key: Material?
  /// The password of the key.
  public var keyPassword: String?
  /// Whether the server's certificate is checked against the authorities.
  public var verifiesPeer: Bool
  /// Whether the server's certificate must be for its host name.
  public var verifiesHost: Bool

  /// The system's authorities, everything checked, no client certificate.
  public init(
    authorities: Material? = nil, certificate: Material? = nil, key: Material? = nil, keyPassword: String? = nil,
    verifiesPeer: Bool = true, verifiesHost: Bool = true
  ) {
    self.authorities = authorities
    self.certificate = certificate
    self.key = key
    self.keyPassword = keyPassword
    self.verifiesPeer = verifiesPeer
    self.verifiesHost = verifiesHost
  }
}
