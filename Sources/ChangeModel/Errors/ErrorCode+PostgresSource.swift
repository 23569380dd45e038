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

  // What only a source meets: 2020 to 2039.

  /// A connection for replication was refused.
  public static let postgresReplicationRight = ErrorCode(
    2020, .fatal, "The user may not replicate",
    "Run ALTER ROLE … REPLICATION as a superuser and allow the user in pg_hba.conf, then restart the connector.")
  /// `wal_level` is not `logical`.
  public static let postgresWALLevel = ErrorCode(
    2021, .fatal, "The server does not write a log that can be decoded",
    "Set wal_level = logical in postgresql.conf, restart PostgreSQL, then restart the connector.")
  /// A server older than any that was tried.
  public static let postgresVersion = ErrorCode(
    2022, .fatal, "The server's version is not supported", "Use PostgreSQL 10 or later.")
  /// A database in another encoding than UTF-8.
  public static let postgresEncoding = ErrorCode(
    2023, .fatal, "The database is not in UTF-8", "Move the data to a database with the encoding UTF8.")
  /// Another process reads the slot.
  public static let slotInUse = ErrorCode(
    2024, .target, "The replication slot is in use",
    "Stop the other reader or give this connector a slot of its own (slot.name); the slot is tried again.")
  /// The server no longer has the slot, or what it kept for it.
  public static let slotLost = ErrorCode(
    2025, .fatal, "The replication slot is gone, and with it the changes since the stored position",
    "Reset the connector's offsets to take a new snapshot, and check max_slot_wal_keep_size and who drops slots.")
  /// The slot's position is behind what was stored: dropped and made again, or moved by others.
  public static let slotMoved = ErrorCode(
    2026, .fatal, "The replication slot is beyond the stored position, so that changes in between are lost",
    "Reset the connector's offsets to take a new snapshot, and make sure that nobody else makes or reads the slot.")
  /// The slot is one of another plug-in or database.
  public static let slotMismatch = ErrorCode(
    2027, .fatal, "The replication slot is not one for this connector",
    "Choose another slot.name, or drop the slot if nobody needs it.")
  /// The slot could not be made in time.
  public static let slotWaits = ErrorCode(
    2028, .target, "The replication slot can't be made while older transactions are open",
    "End the transactions that the message names; the slot is tried again.")
  /// The publication does not exist, and may not be made.
  public static let publicationMissing = ErrorCode(
    2029, .fatal, "The publication does not exist",
    "Create it with CREATE PUBLICATION, or set publication.autocreate.mode to all_tables or filtered.")
  /// The publication can't be made or does not suit.
  public static let publicationUnusable = ErrorCode(
    2030, .fatal, "The publication can't be used", "Correct the publication as the message says.")
  /// An offset that is not one of a PostgreSQL source.
  public static let offsetUnreadable = ErrorCode(
    2031, .fatal, "The stored offset can't be read",
    "Correct it through the REST interface (PATCH /connectors/{name}/offsets), or reset it for a new snapshot.")
  /// A table changed while the snapshot read it.
  public static let snapshotTableChanged = ErrorCode(
    2032, .target, "A table was changed or dropped while the snapshot read it",
    "Nothing needs to be done: the snapshot starts again.")
  /// The stream and the engine disagree about its form.
  public static let streamUnreadable = ErrorCode(
    2033, .fatal, "The replication stream can't be understood",
    "Report it together with the server's version; the stored position is unharmed.")
  /// The connector was stopped while it started.
  public static let sourceStopped = ErrorCode(
    2034, .target, "The source was stopped while it waited for the server", "Nothing needs to be done.")

  static let postgresSource: [ErrorCode] = [
    postgresUnreachable, postgresLogin, postgresDatabaseMissing, postgresBusy, postgresParentMissing,
    postgresDataRefused, postgresPrivilege, postgresStatementRefused, postgresProtocol, postgresSettings,
    postgresReplicationRight, postgresWALLevel, postgresVersion, postgresEncoding, slotInUse, slotLost, slotMoved,
    slotMismatch, slotWaits, publicationMissing, publicationUnusable, offsetUnreadable, snapshotTableChanged,
    streamUnreadable, sourceStopped,
  ]
}
