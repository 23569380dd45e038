internal import Foundation
internal import Glibc

/// A real PostgreSQL on a loopback port, in a folder of its own, set up for logical decoding. User and password are
/// `postgres`; the password is asked for (SCRAM).
public final class PostgresServer: @unchecked Sendable {
  /// How a server is set up.
  public struct Options: Sendable {
    /// Lines for `postgresql.conf`, for instance `"wal_level": "replica"`.
    public var settings: [String: String] = [:]
    /// Lines for `pg_hba.conf` that go before the default ones.
    public var accessRules: [String] = []
    /// Whether a commit survives a crash of the machine; off is faster, and a crash of the server is survived anyway.
    public var fsync = false
    /// Certificates: the server then also takes TLS.
    public var certificates: TestCertificates?

    /// Defaults.
    public init() {}
  }

  /// Its port on 127.0.0.1.
  public let port: Int
  /// Its host.
  public let host = "127.0.0.1"
  /// Its superuser.
  public let user = "postgres"
  /// The superuser's password.
  public let password = "postgres"
  private let folder: TemporaryFolder
  private let options: Options
  private let lock = NSLock()
  private var postmaster: ChildProcess?

  /// Makes a server in a new folder and starts it.
  public init(_ options: Options = Options()) throws {
    self.options = options
    port = try FreePort.next()
    folder = try TemporaryFolder("pg", isShared: true)
    try PostgresSetup.make(in: folder, port: port, options)
    try start()
  }

  deinit { try? stop(.immediate) }

  /// The process id of the postmaster while it runs.
  public var pid: Int32? { lock.withLock { postmaster?.pid } }

  /// What it logged.
  public var log: String { (try? folder.read("log")) ?? "" }

  /// Starts it, on the same port and data, and waits until it answers.
  public func start() throws {
    let child = try ChildProcess(
      PostgresSetup.asOwner([PostgresSetup.program("postgres"), "-D", folder.path("data")]),
      environment: ["HOME": folder.path], directory: folder.path, output: folder.path("log"))
    lock.withLock { postmaster = child }
    let probe = [PostgresSetup.program("pg_isready"), "-q", "-h", host, "-p", "\(port)"]
    let isDecided = try eventually(within: .seconds(60), every: .milliseconds(50)) {
      try !child.isRunning || Command.run(probe).status == 0
    }
    guard isDecided, child.isRunning else {
      throw TestSupportError("PostgreSQL did not come up: \(log.suffix(2000))")
    }
  }

  /// How to end it.
  public enum Shutdown: Sendable {
    /// In order: clients are disconnected, a checkpoint is written.
    case fast
    /// As a crash: the next start recovers.
    case immediate
  }

  /// Ends it and waits for that.
  public func stop(_ way: Shutdown = .fast) throws {
    let child = lock.withLock {
      defer { postmaster = nil }
      return postmaster
    }
    guard let child else { return }
    child.signal(way == .fast ? SIGINT : SIGQUIT)
    if child.wait(.seconds(30)) == nil {
      child.kill()
      throw TestSupportError("PostgreSQL did not end in 30 s: \(log.suffix(2000))")
    }
  }

  /// Ends it and starts it again.
  public func restart(_ way: Shutdown = .immediate) throws {
    try stop(way)
    try start()
  }

  /// Runs SQL with psql and returns the rows: fields parted by `|`, rows by line breaks. Each statement is a transaction
  /// of its own unless the text says otherwise. Throws at the first error.
  @discardableResult public func psql(
    _ sql: String, database: String = "postgres", user: String? = nil, password: String? = nil
  ) throws -> String {
    try Command.check(
      [PostgresSetup.program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", connectionString(database, user: user)],
      environment: ["PGPASSWORD": password ?? self.password, "PGOPTIONS": "-c client_min_messages=warning"],
      input: sql)
  }

  /// A libpq connection string without the password.
  public func connectionString(_ database: String = "postgres", user: String? = nil) -> String {
    "host=\(host) port=\(port) user=\(user ?? self.user) dbname=\(database)"
  }

  /// Makes an empty database with a name of its own.
  public func makeDatabase(_ prefix: String = "db") throws -> PostgresDatabase {
    let name = uniqueName(prefix)
    try psql("CREATE DATABASE \(name)")
    return PostgresDatabase(server: self, name: name)
  }

  /// The path of one of PostgreSQL's programs (`psql`, `pg_recvlogical`, …); nil: no PostgreSQL here.
  public static func program(_ name: String) -> String? { PostgresSetup.bin.map { $0 + "/" + name } }

  /// Whether a PostgreSQL server is installed here.
  public static let isAvailable = PostgresSetup.bin != nil
}
