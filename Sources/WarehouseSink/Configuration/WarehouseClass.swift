public import Settings

/// The connector classes that this sink answers to. Each takes its own product's keys and defaults.
public enum WarehouseClass: String, Sendable, CaseIterable {
  /// Our short name.
  case warehouse
  /// Confluent's JDBC sink.
  case confluent = "io.confluent.connect.jdbc.JdbcSinkConnector"
  /// Aiven's JDBC sink.
  case aiven = "io.aiven.connect.jdbc.JdbcSinkConnector"
  /// Debezium's JDBC sink.
  case debezium = "io.debezium.connector.jdbc.JdbcSinkConnector"

  /// The class's full name, for who expects Java's.
  public var className: String { self == .warehouse ? WarehouseClass.confluent.rawValue : rawValue }

  /// The keys that the class takes.
  public var definition: ConfigDefinition {
    ConfigDefinition(WarehouseKeys.shared + WarehouseKeys.own(of: self))
  }
}
