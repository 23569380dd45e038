extension ErrorCode {
  /// A record's bytes are not what its converter writes.
  public static let undecodableRecord = ErrorCode(
    5001, .poison, "A record's key or value can't be decoded.",
    "Check that key.converter and value.converter are those that wrote the topic; a broken record must be skipped.")
  /// The target's database can't be reached or is busy.
  public static let warehouseUnavailable = ErrorCode(
    5002, .target, "The warehouse can't be reached or is busy.",
    "Nothing needs to be done: the connector waits and tries again. If it lasts, look at the warehouse.")
  /// A row refers to another that is not there yet.
  public static let warehouseMissingParent = ErrorCode(
    5003, .record, "A row refers to one that is not in the warehouse yet.",
    "The record may pass once the other row has arrived; otherwise drop the foreign key in the warehouse.")
  /// The target does not take a row.
  public static let warehouseRefusedRow = ErrorCode(
    5004, .poison, "The warehouse refuses a row for what is in it.",
    "Change the table's constraint or type, or correct the row at its source.")
  /// The target refuses a statement.
  public static let warehouseRefusedStatement = ErrorCode(
    5005, .fatal, "The warehouse refuses a statement.",
    "Check the rights of connection.user and the table's definition, then restart the connector.")
  /// The table is not there and may not be made.
  public static let warehouseTableMissing = ErrorCode(
    5006, .fatal, "A table is missing in the warehouse.",
    "Create the table, or set auto.create (Debezium: schema.evolution=basic), then restart the connector.")
  /// A column is not there and may not be made.
  public static let warehouseColumnMissing = ErrorCode(
    5007, .fatal, "A column is missing in a table of the warehouse.",
    "Add the column, or set auto.evolve (Debezium: schema.evolution=basic), then restart the connector.")
  /// A column's type can't hold a field's values.
  public static let warehouseColumnType = ErrorCode(
    5008, .fatal, "A column of the warehouse has another type than the event's field.",
    "Change the column's type, or leave the topic out, then restart the connector.")
  /// A record has no key.
  public static let warehouseKeyMissing = ErrorCode(
    5009, .poison, "A record has no key, and the table's key is taken from it.",
    "Give the source table a primary key (or message.key.columns), or leave its topic out of this connector.")
  /// Another task took the partitions over.
  public static let warehouseFenced = ErrorCode(
    5010, .target, "Another task writes these partitions now.",
    "Nothing: the task joins its group again. If it keeps coming, two connectors of one name have different groups.")
  /// The stored offsets are of another Kafka cluster.
  public static let warehouseOtherCluster = ErrorCode(
    5011, .fatal, "The offsets in the warehouse belong to another Kafka cluster.",
    "Reset the connector's offsets if its topics were copied to this cluster, or give the connector another name.")
  /// A truncate can't be put in order.
  public static let warehouseTruncateOrder = ErrorCode(
    5012, .fatal, "A truncate came in a topic with several partitions.",
    "Its place among the other partitions' rows is not known: use one partition, or set truncate.enabled to false.")
  /// A field can't be written to any column.
  public static let warehouseFieldType = ErrorCode(
    5013, .fatal, "A field's type can't be written to PostgreSQL.",
    "Leave the column out at the source (column.exclude.list), or change its handling mode there.")
  /// The connection's URL can't be used.
  public static let warehouseURL = ErrorCode(
    5014, .fatal, "The connection URL can't be used.",
    "Write it as jdbc:postgresql://host:port/database?parameter=value.")
  /// A value does not fit its column.
  public static let warehouseValue = ErrorCode(
    5015, .poison, "A value does not fit its column.",
    "Widen the column in the warehouse, or correct the row at its source.")
  /// A table has no key that the events could be matched by.
  public static let warehouseKeyColumns = ErrorCode(
    5016, .fatal, "The events' key does not fit the table.",
    "Set pk.fields to fields of the key, or change the table's columns.")

  static let warehouse: [ErrorCode] = [
    undecodableRecord, warehouseUnavailable, warehouseMissingParent, warehouseRefusedRow, warehouseRefusedStatement,
    warehouseTableMissing, warehouseColumnMissing, warehouseColumnType, warehouseKeyMissing, warehouseFenced,
    warehouseOtherCluster, warehouseTruncateOrder, warehouseFieldType, warehouseURL, warehouseValue,
    warehouseKeyColumns,
  ]
}
