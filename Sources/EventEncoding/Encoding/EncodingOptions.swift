/// What a source's configuration says about its events.
public struct EncodingOptions: Sendable {
  /// `topic.prefix`: the logical name of the source.
  public var topicPrefix: String
  /// The database, for events that belong to no table.
  public var database: String
  /// The connector's name in `source.connector` and in schema names: `postgresql`.
  public var connector = "postgresql"
  /// What `source.version` shows.
  public var version: String
  /// The key's converter.
  public var keyConverter: ConverterConfig
  /// The value's converter.
  public var valueConverter: ConverterConfig
  /// The headers' converter.
  public var headerConverter = HeaderConverter.simple
  /// `schema.name.adjustment.mode`.
  public var schemaNameAdjustment = NameAdjustment.none
  /// `field.name.adjustment.mode`.
  public var fieldNameAdjustment = NameAdjustment.none
  /// `tombstones.on.delete`.
  public var writesTombstones = true
  /// `provide.transaction.metadata`.
  public var providesTransactionMetadata = false
  /// `extended.headers.enabled`: headers that tell which task wrote a record.
  public var writesContextHeaders = true
  /// The task's number, for the context headers.
  public var taskID = "0"
  /// What tells one run of a connector from the next, for the context headers.
  public var runID = ""
  /// `column.propagate.source.type`: whether a column, as `schema.table.column`, tells its type in its schema.
  public var propagatesSourceType: @Sendable (_ column: String) -> Bool = { _ in false }

  /// Options with the defaults of Debezium.
  public init(
    topicPrefix: String, database: String, version: String, keyConverter: ConverterConfig = ConverterConfig(.avro),
    valueConverter: ConverterConfig = ConverterConfig(.avro)
  ) {
    self.topicPrefix = topicPrefix
    self.database = database
    self.version = version
    self.keyConverter = keyConverter
    self.valueConverter = valueConverter
  }
}
