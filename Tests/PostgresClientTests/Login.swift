import PostgresClient
import TestSupport

extension PostgresSettings {
  /// How to reach a test database.
  init(_ database: PostgresDatabase) {
    self.init(
      host: database.server.host, port: database.server.port, database: database.name, user: database.server.user,
      password: database.server.password)
  }
}
