extension ErrorCode {
  /// A record's bytes are not what its converter writes.
  public static let objectRecordUnreadable = ErrorCode(
    7100, .poison, "A record's key, value or headers can't be read.",
    "Check that key.converter and value.converter are those that wrote the topic; a broken record must be skipped.")
  /// A record has no place among the objects.
  public static let objectNoPartition = ErrorCode(
    7101, .poison, "The partitioner finds no folder for a record.",
    "Check partition.field.name, timestamp.extractor and timestamp.field; the record must have those fields.")
  /// A record can't be written in the format.
  public static let objectFormat = ErrorCode(
    7102, .poison, "A record can't be written in the connector's format.",
    "Choose a format that fits the converter, or correct the record at its source.")
  /// A tombstone, and the connector may not write it.
  public static let objectNullValue = ErrorCode(
    7103, .poison, "A record has no value, and behavior.on.null.values is fail.",
    "Set behavior.on.null.values to ignore or write, or tombstones.on.delete=false at the source.")
  /// The state directory does not take temporary files.
  public static let objectSpool = ErrorCode(
    7104, .target, "A temporary file in the state directory can't be written or read.",
    "Make the state directory writable and give it room; the connector tries again by itself.")
  /// Two topics share a name behind the stages.
  public static let objectNameShared = ErrorCode(
    7105, .fatal, "Objects of two topics would have the same name.",
    "Let the stages keep the topics' names apart, or give each topic a connector of its own.")
  /// A time zone that the system does not know.
  public static let objectTimeZone = ErrorCode(
    7106, .fatal, "A time zone is not known or its data can't be read.",
    "Install the package tzdata, or name a zone that /usr/share/zoneinfo has.")
  /// A block can't be compressed.
  public static let objectCompression = ErrorCode(
    7107, .target, "An object can't be compressed.",
    "Give the process more memory; the connector tries again by itself.")

  static let objectStoreSink: [ErrorCode] = [
    objectRecordUnreadable, objectNoPartition, objectFormat, objectNullValue, objectSpool, objectNameShared,
    objectTimeZone, objectCompression,
  ]
}
