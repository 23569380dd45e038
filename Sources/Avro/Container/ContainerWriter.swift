/// Writes object container files (specification 1.11, "Object Container Files") piece by piece: the header, then blocks.
/// It belongs to one thread.
public final class ContainerWriter {
  /// Bytes of a sync marker.
  public static let markerCount = 16
  /// Bytes of records, before compression, at which a block ends: what Avro's Java library takes.
  public static let blockBytes = 64_000

  private let codec: ContainerCodec
  private let packer: BlockPacker

  /// A writer of files with this codec.
  public init(_ codec: ContainerCodec) {
    self.codec = codec
    packer = BlockPacker(codec)
  }

  /// A file's first bytes. `schema` is the JSON text of the records' schema, `marker` the sync marker.
  public func header(schema: String, marker: [UInt8]) -> [UInt8] {
    var out = Array("Obj\u{1}".utf8)
    Self.append(2, to: &out)
    for (name, value) in [("avro.schema", schema), ("avro.codec", codec.rawValue)] {
      Self.append(name, to: &out)
      Self.append(value, to: &out)
    }
    out.append(0)
    return out + marker
  }

  /// Hands a block of so many records to `emit`, in pieces that are valid during each call.
  public func block<Failure: Error>(
    records: Int, _ data: UnsafeRawBufferPointer, marker: [UInt8],
    _ emit: (UnsafeRawBufferPointer) throws(Failure) -> Void, failed: (AvroError) -> Failure
  ) throws(Failure) {
    let packed: UnsafeRawBufferPointer
    do throws(AvroError) { packed = try packer.pack(data) } catch { throw failed(error) }
    var head: [UInt8] = []
    Self.append(records, to: &head)
    Self.append(packed.count, to: &head)
    try Self.with(head, emit)
    try emit(packed)
    try Self.with(marker, emit)
  }

  private static func with<Failure: Error>(
    _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    try bytes.withUnsafeBufferPointer { bytes throws(Failure) in try body(UnsafeRawBufferPointer(bytes)) }
  }

  private static func append(_ number: Int, to out: inout [UInt8]) {
    withUnsafeTemporaryAllocation(byteCount: AvroBinary.longestLong, alignment: 1) { room in
      guard let start = room.baseAddress else { return }
      let count = AvroBinary.writeLong(Int64(number), to: start)
      out.append(contentsOf: room[..<count])
    }
  }

  private static func append(_ text: String, to out: inout [UInt8]) {
    append(text.utf8.count, to: &out)
    out.append(contentsOf: text.utf8)
  }
}
