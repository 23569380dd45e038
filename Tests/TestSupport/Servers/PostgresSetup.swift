internal import Foundation
internal import Glibc

/// Finds PostgreSQL's programs and makes a cluster. As root the server runs as the package's user `postgres`.
enum PostgresSetup {
  /// The folder with `initdb` and `postgres`; Debian keeps them out of PATH.
  static let bin: String? = {
    var candidates: [String] = []
    if let named = ProcessInfo.processInfo.environment["PGBIN"] { candidates.append(named) }
    if let said = try? Command.run(["pg_config", "--bindir"]), said.status == 0 {
      candidates.append(said.output.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    candidates += versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "/usr/lib/postgresql/\($0)/bin" }
    return candidates.first {
      FileManager.default.isExecutableFile(atPath: $0 + "/initdb")
        && FileManager.default.isExecutableFile(atPath: $0 + "/postgres")
    }
  }()

  static func program(_ name: String) -> String { (bin.map { $0 + "/" } ?? "") + name }

  /// `command`, as the user that may run the server.
  static func asOwner(_ command: [String]) -> [String] {
    guard getuid() == 0 else { return command }
    return ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"] + command
  }

  static func make(in folder: TemporaryFolder, port: Int, _ options: PostgresServer.Options) throws {
    guard bin != nil else { throw TestSupportError("PostgreSQL's server is not installed (Debian: postgresql)") }
    if getuid() == 0 { try Command.check(["chown", "postgres:postgres", folder.path]) }
    let passwordFile = try folder.write("postgres\n", to: "password")
    try Command.check(
      asOwner([
        program("initdb"), "--pgdata", folder.path("data"), "--username", "postgres", "--pwfile", passwordFile,
        "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
      ]), directory: folder.path)
    try append(
      configuration(port, options, try certificates(in: folder, options)), to: folder.path("data/postgresql.conf"))
    let rules =
      options.accessRules + [
        "host all all 127.0.0.1/32 scram-sha-256", "host replication all 127.0.0.1/32 scram-sha-256",
      ]
    try Data((rules.joined(separator: "\n") + "\n").utf8).write(
      to: URL(fileURLWithPath: folder.path("data/pg_hba.conf")))
  }

  private static func configuration(
    _ port: Int, _ options: PostgresServer.Options, _ tls: [(String, String)]
  ) -> String {
    var lines: [(String, String)] = [
      ("listen_addresses", "127.0.0.1"), ("port", "\(port)"), ("unix_socket_directories", ""),
      ("wal_level", "logical"), ("max_wal_senders", "40"), ("max_replication_slots", "80"),
      ("max_connections", "120"), ("max_prepared_transactions", "10"), ("shared_buffers", "64MB"),
      ("max_wal_size", "2GB"), ("fsync", options.fsync ? "on" : "off"), ("timezone", "UTC"), ("log_timezone", "UTC"),
      ("lc_messages", "C"),
    ]
    lines += tls
    lines += options.settings.sorted { $0.key < $1.key }
    return lines.map { "\($0.0) = '\($0.1.replacing("'", with: "''"))'\n" }.joined()
  }

  /// The server's key must belong to the server's user and nobody else may read it.
  private static func certificates(
    in folder: TemporaryFolder, _ options: PostgresServer.Options
  ) throws -> [(String, String)] {
    guard let tls = options.certificates else { return [] }
    for (name, source) in [
      ("ca.pem", tls.authority), ("server.pem", tls.serverCertificate), ("server.key", tls.serverKey),
    ] {
      try FileManager.default.copyItem(atPath: source, toPath: folder.path(name))
      if getuid() == 0 { try Command.check(["chown", "postgres:postgres", folder.path(name)]) }
    }
    try Command.check(["chmod", "600", folder.path("server.key")])
    return [
      ("ssl", "on"), ("ssl_ca_file", folder.path("ca.pem")), ("ssl_cert_file", folder.path("server.pem")),
      ("ssl_key_file", folder.path("server.key")),
    ]
  }

  private static func append(_ text: String, to path: String) throws {
    guard let file = FileHandle(forWritingAtPath: path) else { throw TestSupportError("can't write \(path)") }
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
  }
}
