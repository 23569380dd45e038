extension ErrorCode {
  // What a PostgreSQL server or the way to it refuses: 2000 to 2019, by SQLSTATE.

  /// No connection, or a broken one.
  public static let postgresUnreachable = ErrorCode(
    2001, .target, "The PostgreSQL server can't be reached, or it closed the connection",
    "Check that the server runs and that host, port and firewall are right; the connection is tried again.")
  /// SQLSTATE class 28.
  public static let postgresLogin = ErrorCode(
    2002, .fatal, "PostgreSQL refused the login",
    "Correct user name and password, or the server's pg_hba.conf, then restart the connector.")
  /// SQLSTATE class 3D.
  public static let postgresDatabaseMissing = ErrorCode(
    2003, .fatal, "The database does not exist",
    "Correct the database name or create the database, then restart the connector.")
  /// SQLSTATE classes 40, 53, 55, 57, 58.
  public static let postgresBusy = ErrorCode(
    2004, .target, "PostgreSQL is busy, out of resources or shutting down",
    "Nothing needs to be done if it passes; otherwise look into the server's log.")
  /// SQLSTATE 23503.
  public static let postgresParentMissing = ErrorCode(
    2005, .record, "A row refers to a row that does not exist yet",
    "Load the missing parent row; the record is tried again.")
  /// SQLSTATE classes 21, 22, 23, 54.
  public static let postgresDataRefused = ErrorCode(
    2006, .poison, "PostgreSQL refused data",
    "Correct the data or the table that it goes into.")
  /// SQLSTATE 42501.
  public static let postgresPrivilege = ErrorCode(
    2007, .fatal, "The user lacks a privilege",
    "Grant the privilege that the message names, then restart the connector.")
  /// All other SQLSTATEs.
  public static let postgresStatementRefused = ErrorCode(
    2008, .fatal, "PostgreSQL refused a statement",
    "Correct what the message names, then restart the connector.")
  /// Bytes that the protocol does not allow.
  public static let postgresProtocol = ErrorCode(
    2009, .fatal, "The server sent something that the protocol does not allow",
    "Check that the address is a PostgreSQL server and not a proxy that changes the stream; report it otherwise.")
  /// Settings that libpq does not take.
  public static let postgresSettings = ErrorCode(
    2010, .fatal, "The connection settings are not usable",
    "Correct the setting that the message names.")

  static let postgresSource: [ErrorCode] = [
    postgresUnreachable, postgresLogin, postgresDatabaseMissing, postgresBusy, postgresParentMissing,
    postgresDataRefused, postgresPrivilege, postgresStatementRefused, postgresProtocol, postgresSettings,
  ]
}
