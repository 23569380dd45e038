internal import Foundation

/// Servers that all suites of a test process share, started when first asked for. Tests keep apart by databases, topics
/// and slots of their own; a test that stops or kills a server makes one for itself.
public enum Servers {
  private static let sharedPostgres = Shared { try PostgresServer() }
  private static let sharedKafka = Shared { try KafkaBroker() }
  private static let sharedS3 = Shared { try S3Server() }

  /// The shared PostgreSQL.
  public static func postgres() throws -> PostgresServer { try sharedPostgres.get() }

  /// A new, empty database in the shared PostgreSQL.
  public static func database(_ prefix: String = "db") throws -> PostgresDatabase {
    try postgres().makeDatabase(prefix)
  }

  /// The shared Kafka broker.
  public static func kafka() throws -> KafkaBroker { try sharedKafka.get() }

  /// The shared S3 server.
  public static func s3() throws -> S3Server { try sharedS3.get() }

  private final class Shared<Server: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var result: Result<Server, any Error>?
    private let make: @Sendable () throws -> Server

    init(_ make: @escaping @Sendable () throws -> Server) { self.make = make }

    func get() throws -> Server {
      try lock.withLock {
        let made = result ?? Result(catching: make)
        result = made
        return try made.get()
      }
    }
  }
}
