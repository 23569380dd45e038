internal import Foundation

/// A real Kafka: brokers of the kit that `MARTINET_TEST_KAFKA_HOME` names (a folder with the script `kafka`), or the one
/// at `MARTINET_TEST_KAFKA` (`HOST:PORT`), which can't be stopped or set up.
public final class KafkaBroker: @unchecked Sendable {
  /// How a cluster is set up; only for the kit's.
  public struct Options: Sendable {
    /// The number of brokers.
    public var brokers = 1
    /// The Java heap of each.
    public var heap = "512m"
    /// Certificates: clients must use TLS.
    public var certificates: TestCertificates?
    /// Whether clients must show a certificate.
    public var requiresClientCertificate = false
    /// Users and passwords for SASL; the first one is also the brokers' own.
    public var users: [(name: String, password: String)] = []
    /// Further lines of `server.properties`.
    public var settings: [String: String] = [:]

    /// One plain broker.
    public init() {}
  }

  /// The bootstrap servers.
  public let bootstrap: String
  private let folder: TemporaryFolder?
  private let guardKey: Int?

  /// Makes a cluster in a new folder and starts it; or stands for the external one.
  public init(_ options: Options = Options()) throws {
    guard let kit = Self.kit else {
      guard let external = Self.external else { throw TestSupportError(Availability.kafkaHint) }
      bootstrap = external
      folder = nil
      guardKey = nil
      return
    }
    let folder = try TemporaryFolder("kafka", isShared: true)
    self.folder = folder
    guardKey = ExitGuard.onExit("'\(kit)' kill --dir '\(folder.path)'")
    var arguments = [kit, "start", "--dir", folder.path, "--brokers", "\(options.brokers)", "--heap", options.heap]
    if let tls = options.certificates { arguments += ["--tls", tls.path] }
    if options.requiresClientCertificate {
      arguments += ["--set", "listener.name.client.ssl.client.auth=required"]
    }
    for user in options.users { arguments += ["--sasl", "\(user.name):\(user.password)"] }
    for (name, value) in options.settings.sorted(by: { $0.key < $1.key }) {
      arguments += ["--set", "\(name)=\(value)"]
    }
    let said = try Command.check(arguments, environment: Self.quick, patience: .seconds(200))
    guard let address = said.split(separator: "\n").last.map(String.init), address.contains(":") else {
      throw TestSupportError("the Kafka kit did not say its address: \(said)")
    }
    bootstrap = address
  }

  deinit {
    if let folder, let kit = Self.kit { _ = try? Command.run([kit, "kill", "--dir", folder.path]) }
    if let guardKey { ExitGuard.withdraw(guardKey) }
  }

  /// The path of the client properties that the kit wrote for librdkafka (`kcat -F`), nil for an external broker.
  public var librdkafkaConfiguration: String? { folder?.path("librdkafka.conf") }

  /// Starts what was stopped or killed, on the same ports and data.
  public func start() throws { try control("start") }

  /// Ends all brokers, or one of them (counted from 1), in order.
  public func stop(broker: Int? = nil) throws { try control("stop", broker) }

  /// SIGKILL to all brokers, or one of them (counted from 1).
  public func kill(broker: Int? = nil) throws { try control("kill", broker) }

  /// SIGKILL, then start.
  public func restart() throws {
    try kill()
    try start()
  }

  /// Runs one of Kafka's own tools (`topics`, `configs`, `get-offsets`, …) against it and returns what it printed.
  @discardableResult public func tool(_ name: String, _ arguments: [String], input: String? = nil) throws -> String {
    let (kit, folder) = try own()
    return try Command.check(
      [kit, "tool", "--dir", folder.path, name] + arguments, input: input, patience: .seconds(120))
  }

  /// Starts the real Kafka Connect as one worker beside it and returns its REST address.
  public func startConnect(settings: [String: String] = [:]) throws -> String {
    let (kit, folder) = try own()
    var arguments = [kit, "connect", "--dir", folder.path]
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) { arguments += ["--set", "\(name)=\(value)"] }
    let said = try Command.check(arguments, environment: Self.quick, patience: .seconds(200))
    guard let address = said.split(separator: "\n").last else { throw TestSupportError("no address of Kafka Connect") }
    return String(address)
  }

  private func control(_ action: String, _ broker: Int? = nil) throws {
    let (kit, folder) = try own()
    var arguments = [kit, action, "--dir", folder.path]
    if let broker { arguments += ["--broker", "\(broker)"] }
    try Command.check(arguments, environment: Self.quick, patience: .seconds(200))
  }

  private func own() throws -> (String, TemporaryFolder) {
    guard let kit = Self.kit, let folder else {
      throw TestSupportError("the broker at \(bootstrap) is not ours: set MARTINET_TEST_KAFKA_HOME for this test")
    }
    return (kit, folder)
  }

  private static let quick = ["KAFKA_JIT": "1"]

  static let kit: String? = {
    guard let home = ProcessInfo.processInfo.environment["MARTINET_TEST_KAFKA_HOME"], !home.isEmpty else { return nil }
    let script = URL(fileURLWithPath: home).appendingPathComponent("kafka").path
    return FileManager.default.isExecutableFile(atPath: script) ? script : nil
  }()

  static let external: String? = {
    let named = ProcessInfo.processInfo.environment["MARTINET_TEST_KAFKA"] ?? ""
    return named.isEmpty ? nil : named
  }()

  /// Whether there is any real broker.
  public static let isAvailable = kit != nil || external != nil
  /// Whether brokers can be made, stopped and killed.
  public static let isControllable = kit != nil
}
