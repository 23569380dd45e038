internal import ChangeModel
internal import PostgresClient

/// Opens connections to the warehouse.
enum WarehouseConnection {
  /// Connects with the session settings that writing needs.
  static func open(_ config: WarehouseConfig) throws(CDCError) -> PostgresConnection {
    var settings = config.connection
    // Dates and numbers go through text in places; their form must not depend on the server's defaults.
    settings.sessionVariables += [
      ("DateStyle", "ISO"), ("IntervalStyle", "postgres"), ("TimeZone", "UTC"), ("extra_float_digits", "1"),
      ("bytea_output", "hex"),
    ]
    if !config.currentSchema.isEmpty {
      let path = config.currentSchema.map { SQLText.identifier($0) }.joined(separator: ",")
      settings.sessionVariables.append(("search_path", path))
    }
    let connection = try PostgresConnection(settings)
    if config.creates, let schema = config.currentSchema.first {
      let known = try connection.run(
        "SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema], doing: "Looking for schema \(schema)")
      if known.rowCount == 0 {
        try connection.run(
          "CREATE SCHEMA IF NOT EXISTS \(SQLText.identifier(schema))", doing: "Making schema \(schema)")
      }
    }
    // Staged batches are small beside their targets: the planner must not read a whole target for one.
    try connection.run("SET random_page_cost = 1.1", doing: "Setting up the session")
    return connection
  }

  /// The name of a table of the sink's own, in the connection's schema.
  static func ownTable(_ name: String, _ connection: PostgresConnection) throws(CDCError) -> String {
    let doing = "Looking for the connection's schema"
    let schema = try connection.run("SELECT current_schema()", doing: doing)[0, 0]
    guard let schema else {
      throw CDCError(
        .warehouseRefusedStatement,
        "The connection has no schema to keep its offsets in (\(connection.settings.location)); name one that exists with"
          + " currentSchema in connection.url")
    }
    return SQLText.identifier(schema, name)
  }
}
