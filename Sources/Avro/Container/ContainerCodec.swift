/// How the blocks of an object container file are compressed (specification 1.11, "Required Codecs" and "Optional
/// Codecs"); the raw values are what `avro.codec` says.
public enum ContainerCodec: String, Sendable, CaseIterable {
  /// Not at all.
  case null
  /// Deflate without a zlib header.
  case deflate
  /// Snappy, with the CRC-32 of the data behind it.
  case snappy
  /// Zstandard.
  case zstandard
}
