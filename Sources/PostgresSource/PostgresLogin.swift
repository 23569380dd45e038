public import ChangeModel
internal import PostgresClient

/// Opens a source's SQL connections, and tries the login before a configuration is stored.
public enum PostgresLogin {
  /// What is wrong with a source's connection, as an operator would want to know before the connector starts; nil:
  /// nothing.
  public static func problem(_ config: PostgresSourceConfig) -> CDCError? {
    do throws(CDCError) {
      let connection = try open(config)
      defer { connection.close() }
      try ServerCheck.check(connection, streams: config.snapshotMode != .initialOnly)
      guard try ServerCheck.mayReplicate(connection) else {
        return CDCError(
          .postgresReplicationRight,
          "The user \(config.connection.user) may not replicate (\(config.connection.location))")
      }
      return nil
    } catch {
      return error
    }
  }

  /// A connection with the session that values are read in, after the configured statements.
  static func open(_ config: PostgresSourceConfig) throws(CDCError) -> PostgresConnection {
    var settings = config.connection
    settings.sessionVariables += sessionVariables
    let connection = try PostgresConnection(settings)
    for statement in config.initialStatements { try connection.execute(statement) }
    return connection
  }

  /// A connection for replication, whose stream writes values in the same forms.
  static func openReplication(_ config: PostgresSourceConfig) throws(CDCError) -> PostgresConnection {
    var settings = config.connection
    settings.sessionVariables += sessionVariables
    do throws(CDCError) {
      return try PostgresConnection(settings, replication: true)
    } catch {
      throw ServerCheck.replicationRefusal(error, settings)
    }
  }

  /// The text of values must not depend on the server's or the user's settings.
  private static let sessionVariables: [(name: String, value: String)] = [
    ("DateStyle", "ISO"), ("IntervalStyle", "postgres"), ("TimeZone", "UTC"), ("extra_float_digits", "3"),
    ("bytea_output", "hex"), ("lc_monetary", "C"), ("statement_timeout", "0"),
    ("idle_in_transaction_session_timeout", "0"),
  ]
}
