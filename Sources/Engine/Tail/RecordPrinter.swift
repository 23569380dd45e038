internal import Avro
internal import ChangeModel
internal import JSON

/// Decodes records for people: Avro in Confluent's wire format by its schema, JSON as it is, other bytes as text or
/// base64.
struct RecordPrinter {
  /// Gives a schema of the registry; throws where it can't be had.
  let schemas: @Sendable (Int32) throws(CDCError) -> Schema

  /// One line, without its line break.
  func line(of record: Record, in batch: RecordBatch) -> [UInt8] {
    var line: JSONObject = [
      "topic": .string(batch.topics[Int(record.topic)]), "partition": .integer(record.partition),
      "offset": .integer(record.offset),
    ]
    line["timestamp"] = record.timestamp < 0 ? .null : .integer(record.timestamp)
    var headers = JSONObject()
    if record.headers.isPresent {
      HeaderList.forEach(in: batch.bytes[record.headers]) { name, value in
        headers[String(decoding: name, as: UTF8.self)] = value.map { decode($0, "header").value } ?? .null
      }
    }
    line["headers"] = .object(headers)
    add("key", record.key, batch, to: &line)
    add("value", record.value, batch, to: &line)
    return JSONValue.object(line).utf8
  }

  private func add(_ name: String, _ range: ByteRange, _ batch: RecordBatch, to line: inout JSONObject) {
    guard range.isPresent else {
      line[name] = .null
      return
    }
    let decoded = decode(batch.bytes[range], name)
    line[name] = decoded.value
    if decoded.isBase64 { line["\(name)_encoding"] = "base64" }
  }

  private func decode(_ bytes: UnsafeRawBufferPointer, _ what: String) -> (value: JSONValue, isBase64: Bool) {
    if what != "header", bytes.count >= 5, bytes[0] == 0, let value = avro(bytes) { return (value, false) }
    if let json = try? JSONValue(parsing: bytes), what != "header" { return (json, false) }
    if let text = String(validating: bytes, as: UTF8.self) { return (.string(text), false) }
    return (.string(Base64.encode(bytes)), true)
  }

  private func avro(_ bytes: UnsafeRawBufferPointer) -> JSONValue? {
    let id = Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: Int32.self))
    guard let schema = try? schemas(id) else { return nil }
    return try? ValueCodec(schema).decode(UnsafeRawBufferPointer(rebasing: bytes[5...]))
  }
}
