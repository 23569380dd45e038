public import ChangeModel
public import EventEncoding
internal import Flow
public import ObjectStore

/// What the engine gives a task of the object store sink.
public struct ObjectSinkContext {
  /// The connector's name.
  public var name: String
  /// How keys come: as the configuration says, or as stages before the sink left them.
  public var keyFormat: RecordFormat
  /// How values come.
  public var valueFormat: RecordFormat
  /// Where schemas of keys come from.
  public var keySchemas: any SchemaSource
  /// Where schemas of values come from.
  public var valueSchemas: any SchemaSource
  /// The folder of temporary files; made if it is missing.
  public var spoolFolder: String
  /// The store, not opened yet.
  public var store: any ObjectStore
  /// Bytes of memory that all open objects share.
  public var memoryLimit = 32 << 20
  /// `offset.flush.interval.ms` of the worker, in milliseconds: Aiven's sink closes its files by it.
  public var flushInterval: Int64 = 60_000
  /// Commits offsets to the consumer group and waits for it: asked for where the wall clock closes files, so that at most
  /// one closing of a partition is not committed. Throws a `CDCError`.
  public var commit: ([TopicPartition: Int64]) throws(CDCError) -> Void = { _ in }
  /// The wall clock, milliseconds since 1970.
  public var now: () -> Int64 = { SystemTime.wallNanoseconds / 1_000_000 }
  /// Where a broker forgets records soon: objects are closed after so many milliseconds whatever the rules say.
  public var longestWait: Int64?

  /// A context.
  public init(
    name: String, keyFormat: RecordFormat, valueFormat: RecordFormat, keySchemas: any SchemaSource,
    valueSchemas: any SchemaSource, spoolFolder: String, store: any ObjectStore
  ) {
    self.name = name
    self.keyFormat = keyFormat
    self.valueFormat = valueFormat
    self.keySchemas = keySchemas
    self.valueSchemas = valueSchemas
    self.spoolFolder = spoolFolder
    self.store = store
  }
}
