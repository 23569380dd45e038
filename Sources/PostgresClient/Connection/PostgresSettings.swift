/// What a connection to a PostgreSQL server needs. Prints itself without the password.
public struct PostgresSettings: Sendable {
  /// The host's name or address, or the folder of a Unix socket.
  public var host: String
  /// The port.
  public var port: Int
  /// The database.
  public var database: String
  /// The user.
  public var user: String
  /// The password; nil: none is offered.
  public var password: String?
  /// `disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`.
  public var sslMode = "prefer"
  /// File of the client's certificate (PEM).
  public var sslCertificate: String?
  /// File of the client's key (PEM or DER).
  public var sslKey: String?
  /// The key's password.
  public var sslPassword: String?
  /// File of the authorities to trust (PEM).
  public var sslRootCertificate: String?
  /// What `pg_stat_activity` shows.
  public var applicationName = "martinet"
  /// How long connecting may take.
  public var connectTimeout: Duration = .seconds(10)
  /// Whether TCP keep-alives are sent.
  public var tcpKeepAlive = true
  /// Server variables to set for the session (`timezone`, `search_path`, …).
  public var sessionVariables: [(name: String, value: String)] = []
  /// More of libpq's connection parameters
  /// (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS); they win over all others.
  public var extra: [(name: String, value: String)] = []

  /// Settings with the usual defaults.
  public init(host: String, port: Int = 5432, database: String, user: String, password: String? = nil) {
    self.host = host
    self.port = port
    self.database = database
    self.user = user
    self.password = password
  }

  /// Where it goes and as whom, for messages: `host:5432, database crm, user debezium`.
  public var location: String { "\(host):\(port), database \(database), user \(user)" }

  /// libpq's parameters, later ones win.
  func parameters(replication: Bool) -> [(name: String, value: String)] {
    var list: [(name: String, value: String)] = [
      ("host", host), ("port", String(port)), ("dbname", database), ("user", user),
      ("sslmode", sslMode), ("application_name", applicationName), ("client_encoding", "UTF8"),
      ("keepalives", tcpKeepAlive ? "1" : "0"), ("keepalives_idle", "30"), ("keepalives_interval", "10"),
      ("keepalives_count", "3"), ("tcp_user_timeout", "60000"),
    ]
    if let password { list.append(("password", password)) }
    if let sslCertificate { list.append(("sslcert", sslCertificate)) }
    if let sslKey { list.append(("sslkey", sslKey)) }
    if let sslPassword { list.append(("sslpassword", sslPassword)) }
    if let sslRootCertificate { list.append(("sslrootcert", sslRootCertificate)) }
    if replication { list.append(("replication", "database")) }
    if !sessionVariables.isEmpty {
      list.append(
        ("options", sessionVariables.map { "-c \($0.name)=\(Self.escaped($0.value))" }.joined(separator: " ")))
    }
    return list + extra
  }

  /// In `options` a backslash stands before spaces and backslashes.
  private static func escaped(_ value: String) -> String {
    var text = ""
    for character in value {
      if character == " " || character == "\\" { text.append("\\") }
      text.append(character)
    }
    return text
  }
}

extension PostgresSettings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Like `location`.
  public var description: String { location }
  /// Like `location`.
  public var debugDescription: String { location }
  /// No children, so that dumps don't show the password.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
