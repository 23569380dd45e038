internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import JSON

/// Object container files. A value's Avro bytes go into them as they are.
final class AvroFormat: ObjectFormat {
  let fileExtension = ".avro"
  let contentType = "application/octet-stream"
  let isPlain = false
  private let writer: ContainerWriter
  private let text: KnownSchema
  private let bytes: KnownSchema
  private let headers: KnownSchema

  init(codec: ContainerCodec) throws(CDCError) {
    writer = ContainerWriter(codec)
    text = try KnownSchema(ConnectSchema(.string, isOptional: true).avro)
    bytes = try KnownSchema(ConnectSchema(.bytes, isOptional: true).avro)
    let header = ConnectSchema(
      .structure([ConnectField("key", ConnectSchema(.string)), ConnectField("value", ConnectSchema(.string))]))
    headers = try KnownSchema(ConnectSchema(.array(header)).avro)
  }

  func append(_ view: RecordView, _ part: RecordPart, to object: ObjectPart) throws(RecordRefusal) {
    if part == .headers {
      try appendHeaders(view, to: object)
    } else {
      let datum = view.datum(part)
      switch datum.kind {
      case .avro:
        if object.schema == nil { object.schema = datum.schema }
        object.body.buffer.append(datum.bytes)
      case .text: append(datum, text, to: object)
      case .bytes: append(datum, bytes, to: object)
      case .null, .json:
        throw .task(
          .objectFormat, "has a \(part == .key ? "key" : "value") without a schema, which Avro files need")
      }
    }
    object.blockLimit = ContainerWriter.blockBytes
  }

  /// The branch of a union with null, then the bytes behind their number.
  private func append(_ datum: Datum, _ schema: KnownSchema, to object: ObjectPart) {
    if object.schema == nil { object.schema = schema }
    let room = object.body.buffer.reserve(datum.bytes.count + AvroBinary.longestLong + 1)
    AvroBinary.writeLong(1, to: room)
    object.body.buffer.commit(1 + AvroBinary.writeBytes(datum.bytes, to: room + 1))
  }

  private func appendHeaders(_ view: RecordView, to object: ObjectPart) throws(RecordRefusal) {
    if object.schema == nil { object.schema = headers }
    let list = try RecordHeaderList(view)
    Self.long(Int64(list.headers.count), to: object)
    for header in list.headers {
      Self.text(header.name, to: object)
      Self.text(header.value, to: object)
    }
    Self.long(0, to: object)
  }

  private static func long(_ number: Int64, to object: ObjectPart) {
    let room = object.body.buffer.reserve(AvroBinary.longestLong)
    object.body.buffer.commit(AvroBinary.writeLong(number, to: room))
  }

  private static func text(_ text: [UInt8], to object: ObjectPart) {
    long(Int64(text.count), to: object)
    object.body.buffer.append(text)
  }

  func assemble(_ object: ObjectPart, name: String, _ spool: Spool, into assembly: Assembly) throws(CDCError) {
    try assemble(object, name: name, spool) { piece throws(CDCError) in try assembly.append(piece) }
  }

  /// Hands the file to `emit`, piece by piece.
  func assemble(
    _ object: ObjectPart, name: String, _ spool: Spool, _ emit: (UnsafeRawBufferPointer) throws(CDCError) -> Void
  ) throws(CDCError) {
    object.endBlock()
    let marker = SyncMarker.of(name)
    let header = writer.header(schema: object.schema?.text ?? "\"null\"", marker: marker)
    try header.withUnsafeBufferPointer { bytes throws(CDCError) in try emit(UnsafeRawBufferPointer(bytes)) }
    var cutter = BlockCutter(object.blocks)
    try object.body.forEachPiece(of: spool) { piece throws(CDCError) in
      try cutter.take(piece) { block, bytes throws(CDCError) in
        try writer.block(
          records: block.records, bytes, marker: marker, emit,
          failed: { CDCError(.objectCompression, "a block of \(name) can't be compressed", cause: $0.message) })
      }
    }
  }
}

/// Cuts a run of pieces into the blocks that it holds; a block that lies in one piece is not copied.
struct BlockCutter: ~Copyable {
  private let blocks: ContiguousArray<ObjectPart.Block>
  private var next = 0
  private var carried = ByteBuffer(capacity: 16)

  init(_ blocks: ContiguousArray<ObjectPart.Block>) { self.blocks = blocks }

  mutating func take(
    _ piece: UnsafeRawBufferPointer, _ body: (ObjectPart.Block, UnsafeRawBufferPointer) throws(CDCError) -> Void
  ) throws(CDCError) {
    var at = 0
    while next < blocks.count, at < piece.count {
      let block = blocks[next]
      let missing = block.bytes - carried.count
      let end = min(at + missing, piece.count)
      let part = UnsafeRawBufferPointer(rebasing: piece[at..<end])
      at = end
      guard carried.count > 0 || part.count < missing else {
        try body(block, part)
        next += 1
        continue
      }
      carried.append(part)
      guard carried.count == block.bytes else { return }
      try body(block, carried.bytes)
      carried.removeAll()
      next += 1
    }
  }
}

/// Sync markers that depend on the object's name alone, so that a replay writes the same bytes.
enum SyncMarker {
  static func of(_ name: String) -> [UInt8] {
    var marker: [UInt8] = []
    for seed in [0xcbf2_9ce4_8422_2325 as UInt64, 0x9ae1_6a3b_2f90_404f] {
      var hash = seed
      // FNV-1a, then the finish of splitmix64, so that all bits depend on all bytes.
      for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
      hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
      hash ^= hash >> 31
      withUnsafeBytes(of: hash.bigEndian) { marker.append(contentsOf: $0) }
    }
    return marker
  }
}
