internal import JSON

/// The schemas that all of a source's events share, as Debezium 3.6 has them.
struct EventSchemas {
  /// The connector's name in class names: `postgresql`.
  let connector: String

  private var package: String { "io.debezium.connector.\(connector)" }

  /// The `source` block.
  var source: ConnectSchema {
    let text = ConnectSchema(.string)
    let number = ConnectSchema(.int64)
    return ConnectSchema(
      .structure([
        ConnectField("version", text), ConnectField("connector", text), ConnectField("name", text),
        ConnectField("ts_ms", number), ConnectField("snapshot", Self.snapshot), ConnectField("db", text),
        ConnectField("sequence", text.optional), ConnectField("ts_us", number.optional),
        ConnectField("ts_ns", number.optional), ConnectField("schema", text), ConnectField("table", text),
        ConnectField("txId", number.optional), ConnectField("lsn", number.optional),
        ConnectField("xmin", number.optional), ConnectField("origin", text.optional),
        ConnectField("origin_lsn", number.optional),
      ]),
      name: "\(package).Source", version: 1)
  }

  private static let snapshot = ConnectSchema(
    .string, isOptional: true, name: ConnectName.enumeration, version: 1, defaultValue: .string("false"),
    parameters: [
      "allowed": "true,first,first_in_data_collection,last_in_data_collection,last,false,incremental"
    ])

  /// The `transaction` block.
  static let transactionBlock = ConnectSchema(
    .structure([
      ConnectField("id", ConnectSchema(.string)), ConnectField("total_order", ConnectSchema(.int64)),
      ConnectField("data_collection_order", ConnectSchema(.int64)),
    ]),
    isOptional: true, name: "event.block", version: 1)

  /// A table's envelope.
  func envelope(named name: String, row: ConnectSchema) -> ConnectSchema {
    let number = ConnectSchema(.int64).optional
    return ConnectSchema(
      .structure([
        ConnectField("before", row.optional), ConnectField("after", row.optional), ConnectField("source", source),
        ConnectField("transaction", Self.transactionBlock), ConnectField("op", ConnectSchema(.string)),
        ConnectField("ts_ms", number), ConnectField("ts_us", number), ConnectField("ts_ns", number),
      ]),
      name: name, version: 2)
  }

  /// The key of a logical message.
  var messageKey: ConnectSchema {
    ConnectSchema(
      .structure([ConnectField("prefix", ConnectSchema(.string).optional)]), name: "\(package).MessageKey", version: 1)
  }

  /// The value of a logical message.
  var messageValue: ConnectSchema {
    let message = ConnectSchema(
      .structure([
        ConnectField("prefix", ConnectSchema(.string).optional),
        ConnectField("content", ConnectSchema(.bytes).optional),
      ]),
      name: "\(package).Message", version: 1)
    return ConnectSchema(
      .structure([
        ConnectField("op", ConnectSchema(.string)), ConnectField("ts_ms", ConnectSchema(.int64).optional),
        ConnectField("source", source), ConnectField("transaction", Self.transactionBlock),
        ConnectField("message", message),
      ]),
      name: "\(package).MessageValue", version: 1)
  }

  private static let common = "io.debezium.connector.common"

  /// The key of a transaction's border.
  static let transactionKey = ConnectSchema(
    .structure([ConnectField("id", ConnectSchema(.string))]), name: "\(common).TransactionMetadataKey", version: 1)

  /// The value of a transaction's border.
  static let transactionValue = ConnectSchema(
    .structure([
      ConnectField("status", ConnectSchema(.string)), ConnectField("id", ConnectSchema(.string)),
      ConnectField("event_count", ConnectSchema(.int64).optional),
      ConnectField("data_collections", ConnectSchema(.array(collection.optional)).optional),
      ConnectField("ts_ms", ConnectSchema(.int64)),
    ]),
    name: "\(common).TransactionMetadataValue", version: 1)

  private static let collection = ConnectSchema(
    .structure([
      ConnectField("data_collection", ConnectSchema(.string)), ConnectField("event_count", ConnectSchema(.int64)),
    ]),
    name: "event.collection", version: 1)

  /// The key of a heartbeat.
  static let heartbeatKey = ConnectSchema(
    .structure([ConnectField("serverName", ConnectSchema(.string))]), name: "\(common).ServerNameKey", version: 1)

  /// The value of a heartbeat.
  static let heartbeatValue = ConnectSchema(
    .structure([ConnectField("ts_ms", ConnectSchema(.int64))]), name: "\(common).Heartbeat", version: 1)
}
