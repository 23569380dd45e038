internal import Avro
internal import ChangeModel
internal import EventEncoding

/// Container files as Aiven's sink writes them: records of the configured fields, with the key's and the value's Avro
/// bytes as they are.
final class RecordAvroFormat: ObjectFormat {
  let fileExtension: String
  let contentType = "application/octet-stream"
  let isPlain = false
  private let output: OutputFields
  private let inner: AvroFormat
  private let compression: StreamCompression
  private var made: [MadeKey: KnownSchema] = [:]
  private let bytes: KnownSchema
  private let text: KnownSchema

  private struct MadeKey: Hashable {
    var key: ObjectIdentifier?
    var value: ObjectIdentifier?
    var hasHeaders: Bool
  }

  init(_ output: OutputFields, codec: ContainerCodec, fileExtension: String, compression: StreamCompression)
    throws(CDCError)
  {
    self.output = output
    self.fileExtension = fileExtension
    self.compression = compression
    inner = try AvroFormat(codec: codec)
    bytes = try KnownSchema(ConnectSchema(.bytes, isOptional: true).avro)
    text = try KnownSchema(ConnectSchema(.string, isOptional: true).avro)
  }

  func append(_ view: RecordView, _ part: RecordPart, to object: ObjectPart) throws(RecordRefusal) {
    object.blockLimit = ContainerWriter.blockBytes
    let isBare = !output.hasEnvelope && output.names == ["value"] && view.value.schema?.avro.record != nil
    if object.schema == nil { object.schema = isBare ? view.value.schema : try schema(view) }
    if isBare { return object.body.buffer.append(view.value.bytes) }
    for name in output.names { try appendField(name, view, to: &object.body.buffer) }
  }

  private func appendField(_ name: String, _ view: RecordView, to out: inout ByteBuffer) throws(RecordRefusal) {
    switch name {
    case "key": try append(view.key, "key", to: &out)
    case "offset": Self.long(view.record.offset, to: &out)
    case "timestamp":
      guard let time = view.timestamp else { throw .task(.objectFormat, "has no timestamp") }
      Self.long(time, to: &out)
    case "headers": try appendHeaders(view, to: &out)
    default: try append(view.value, "value", to: &out)
    }
  }

  private func append(_ datum: Datum, _ name: String, to out: inout ByteBuffer) throws(RecordRefusal) {
    switch datum.kind {
    case .avro: out.append(datum.bytes)
    case .bytes, .text:
      Self.long(1, to: &out)
      Self.long(Int64(datum.bytes.count), to: &out)
      out.append(datum.bytes)
    case .null, .json: throw .task(.objectFormat, "has a \(name) without a schema, which Avro files need")
    }
  }

  private func appendHeaders(_ view: RecordView, to out: inout ByteBuffer) throws(RecordRefusal) {
    let list = try? RecordHeaderList(view)
    guard let list else { throw .task(.objectFormat, "has no headers, or one without a value") }
    var names: Set<[UInt8]> = []
    // Of two with one name the last counts, as in a map.
    let kept = Array(list.headers.reversed().filter { names.insert($0.name).inserted }.reversed())
    Self.long(Int64(kept.count), to: &out)
    for header in kept {
      for text in [header.name, header.value] {
        Self.long(Int64(text.count), to: &out)
        out.append(text)
      }
    }
    Self.long(0, to: &out)
  }

  private static func long(_ number: Int64, to out: inout ByteBuffer) {
    let room = out.reserve(AvroBinary.longestLong)
    out.commit(AvroBinary.writeLong(number, to: room))
  }

  private func schema(_ view: RecordView) throws(RecordRefusal) -> KnownSchema {
    let key = MadeKey(
      key: view.key.schema.map { ObjectIdentifier($0) }, value: view.value.schema.map { ObjectIdentifier($0) },
      hasHeaders: output.names.contains("headers"))
    if let known = made[key] { return known }
    var fields: [Field] = []
    for name in output.names {
      let schema: Schema =
        switch name {
        case "key": schema(of: view.key)
        case "offset", "timestamp": Schema(.long)
        case "headers": Schema(.map(Schema(.string)))
        default: schema(of: view.value)
        }
      fields.append(Field(name: name, schema: schema))
    }
    let record = Schema(
      .record(RecordSchema(fullName: "io.aiven.avro.output.schema.connector_records", fields: fields)))
    do throws(CDCError) {
      let schema = try KnownSchema(record)
      made[key] = schema
      return schema
    } catch {
      throw .task(.objectFormat, "has schemas that don't make one record: \(error.message)")
    }
  }

  private func schema(of datum: Datum) -> Schema {
    switch datum.kind {
    case .avro: datum.schema?.written ?? Schema(.null)
    case .text: text.written
    default: bytes.written
    }
  }

  func assemble(_ object: ObjectPart, name: String, _ spool: Spool, into assembly: Assembly) throws(CDCError) {
    guard compression != .none else { return try inner.assemble(object, name: name, spool, into: assembly) }
    let compressor = try StreamCompressor(compression, into: assembly)
    try inner.assemble(object, name: name, spool) { piece throws(CDCError) in try compressor.append(piece) }
    try compressor.finish()
  }
}
