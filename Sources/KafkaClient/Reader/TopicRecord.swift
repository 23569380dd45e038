/// A record of a topic, as it is read; its pointers are valid during the call that it is handed to only.
public struct TopicRecord {
  /// The partition.
  public var partition: Int32
  /// The offset in it.
  public var offset: Int64
  /// Milliseconds since 1970; -1: none.
  public var timestamp: Int64
  /// The key; nil: null.
  public var key: UnsafeRawBufferPointer?
  /// The value; nil: a tombstone.
  public var value: UnsafeRawBufferPointer?
}
