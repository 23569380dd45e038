internal import Avro
internal import ChangeModel
internal import JSON

/// Formats whose objects are their records' bytes one after the other, compressed as a whole or not.
class PlainFormat: ObjectFormat {
  let fileExtension: String
  let contentType: String
  let compression: StreamCompression

  init(fileExtension: String, contentType: String, compression: StreamCompression) {
    self.fileExtension = fileExtension + compression.fileExtension
    self.contentType = compression == .none ? contentType : "application/octet-stream"
    self.compression = compression
  }

  /// `wholeExtension` is all of the name's end.
  init(wholeExtension: String, contentType: String, compression: StreamCompression) {
    fileExtension = wholeExtension
    self.contentType = compression == .none ? contentType : "application/octet-stream"
    self.compression = compression
  }

  var isPlain: Bool { compression == .none && ends.head.isEmpty && ends.tail.isEmpty }

  /// What stands before the first record and behind the last one.
  var ends: (head: [UInt8], tail: [UInt8]) { ([], []) }

  func append(_ view: RecordView, _ part: RecordPart, to object: ObjectPart) throws(RecordRefusal) {}

  func assemble(_ object: ObjectPart, name: String, _ spool: Spool, into assembly: Assembly) throws(CDCError) {
    let compressor = try StreamCompressor(compression, into: assembly)
    let ends = ends
    try ends.head.withUnsafeBufferPointer { bytes throws(CDCError) in
      if !bytes.isEmpty { try compressor.append(UnsafeRawBufferPointer(bytes)) }
    }
    try object.body.forEachPiece(of: spool) { piece throws(CDCError) in try compressor.append(piece) }
    try ends.tail.withUnsafeBufferPointer { bytes throws(CDCError) in
      if !bytes.isEmpty { try compressor.append(UnsafeRawBufferPointer(bytes)) }
    }
    try compressor.finish()
  }
}

/// One JSON document a line, as Confluent's JsonFormat prints it.
final class JSONFormat: PlainFormat {
  private let style: JSONStyle

  init(style: JSONStyle, compression: StreamCompression) {
    self.style = style
    super.init(fileExtension: ".json", contentType: "application/json", compression: compression)
  }

  override func append(_ view: RecordView, _ part: RecordPart, to object: ObjectPart) throws(RecordRefusal) {
    if part == .headers {
      try Self.appendHeaders(try RecordHeaderList(view), to: &object.body.buffer)
    } else {
      try JSONDatum.append(view.datum(part), style, to: &object.body.buffer)
    }
    object.body.buffer.append(UInt8(ascii: "\n"))
  }

  private static func appendHeaders(_ list: RecordHeaderList, to out: inout ByteBuffer) throws(RecordRefusal) {
    out.append("{\"headers\":[" as StaticString)
    for (index, header) in list.headers.enumerated() {
      out.append(index == 0 ? "{\"key\":" as StaticString : ",{\"key\":")
      let isText = header.name.withUnsafeBytes { JSONWriting.appendQuoted($0, to: &out) }
      out.append(",\"value\":" as StaticString)
      guard isText, header.value.withUnsafeBytes({ JSONWriting.appendQuoted($0, to: &out) }) else {
        throw .task(.objectFormat, "has a header that is not UTF-8")
      }
      out.append(UInt8(ascii: "}"))
    }
    out.append("]}" as StaticString)
  }
}

/// Keys and values as JSON.
enum JSONDatum {
  static func append(_ datum: Datum, _ style: JSONStyle, to out: inout ByteBuffer) throws(RecordRefusal) {
    switch datum.kind {
    case .null: out.append("null" as StaticString)
    case .avro:
      guard let program = try datum.schema?.program(style) else { return }
      do throws(AvroError) { try program.write(datum.bytes, to: &out) } catch {
        throw .task(.objectFormat, "can't be written as JSON: \(error.message)")
      }
    case .text:
      guard JSONWriting.appendQuoted(datum.bytes, to: &out) else {
        throw .task(.objectFormat, "is a text that is not UTF-8")
      }
    case .bytes: JSONWriting.appendBytes(datum.bytes, to: &out)
    case .json:
      do throws(JSONError) { out.append(try JSONValue(parsing: datum.bytes).utf8) } catch {
        throw .task(.objectRecordUnreadable, "is not JSON (line \(error.line), column \(error.column))")
      }
    }
  }
}

/// The bytes themselves, with a separator behind each record: Confluent's ByteArrayFormat.
final class ByteArrayFormat: PlainFormat {
  private let separator: [UInt8]

  init(fileExtension: String, separator: String, compression: StreamCompression) {
    self.separator = Array(separator.utf8)
    super.init(fileExtension: fileExtension, contentType: "application/octet-stream", compression: compression)
  }

  override func append(_ view: RecordView, _ part: RecordPart, to object: ObjectPart) throws(RecordRefusal) {
    let datum = part == .headers ? Datum.null : view.datum(part)
    guard datum.kind == .bytes else {
      throw .task(
        .objectFormat,
        "is not bytes as the byte array converter gives them, which ByteArrayFormat needs")
    }
    object.body.buffer.append(datum.bytes)
    object.body.buffer.append(separator)
  }
}
