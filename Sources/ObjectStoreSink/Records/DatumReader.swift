internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import JSON

/// Reads keys or values as their converter does. It belongs to one thread.
final class DatumReader {
  private let format: RecordFormat
  private let part: String
  private let stage: RejectionStage
  private let schemas: any SchemaSource
  private var byID: [Int32: KnownSchema] = [:]
  private var last: (id: Int32, schema: KnownSchema)?
  private var byDocument: [JSONValue: (schema: KnownSchema, codec: ValueCodec)] = [:]
  private var scratch: [UInt8] = []

  init(_ format: RecordFormat, isKey: Bool, schemas: any SchemaSource) {
    self.format = format
    self.schemas = schemas
    part = isKey ? "key" : "value"
    stage = isKey ? .keyConverter : .valueConverter
  }

  /// Reads what lies at `range`.
  func read(_ range: ByteRange, of batch: RecordBatch) throws(RecordTrouble) -> Datum {
    guard range.isPresent else { return .null }
    let bytes = batch.bytes[range]
    switch format {
    case .avro: return try avro(bytes)
    case .json: return try withSchema(bytes)
    case .jsonWithoutSchema: return bytes.isEmpty ? .null : Datum(kind: .json, bytes: bytes)
    case .string: return Datum(kind: .text, bytes: bytes)
    case .bytes: return Datum(kind: .bytes, bytes: bytes)
    }
  }

  private func avro(_ bytes: UnsafeRawBufferPointer) throws(RecordTrouble) -> Datum {
    guard bytes.count >= 5, bytes[0] == 0 else {
      throw problem("is not in the Avro converter's wire format")
    }
    let id = Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: Int32.self))
    let schema = try schema(id)
    let body = UnsafeRawBufferPointer(rebasing: bytes[5...])
    do throws(AvroError) {
      var reader = AvroReader(body)
      try schema.plan.skip(&reader)
      guard reader.isAtEnd else { throw AvroError("there are more bytes behind the value") }
    } catch {
      throw problem("is not of its schema \(id): \(error.message)")
    }
    return Datum(kind: .avro, bytes: body, schema: schema)
  }

  private func schema(_ id: Int32) throws(RecordTrouble) -> KnownSchema {
    if let last, last.id == id { return last.schema }
    let schema: KnownSchema
    if let known = byID[id] {
      schema = known
    } else {
      do throws(CDCError) { schema = try KnownSchema(try schemas.schema(id: id)) } catch {
        guard error.code.failureClass == .poison else { throw .other(error) }
        throw .record(
          RecordProblem(
            code: error.code, text: "has the schema \(id), which can't be had: \(error.message)", stage: stage,
            className: className))
      }
      byID[id] = schema
    }
    last = (id, schema)
    return schema
  }

  /// A document of schema and payload becomes Avro of the same schema: the slow way, to one form.
  private func withSchema(_ bytes: UnsafeRawBufferPointer) throws(RecordTrouble) -> Datum {
    let document: JSONValue
    do throws(JSONError) { document = try JSONValue(parsing: bytes) } catch {
      throw problem("is not JSON (line \(error.line), column \(error.column))")
    }
    if document.isNull { return .null }
    guard let object = document.object, let schema = object["schema"], let payload = object["payload"],
      object.members.count == 2
    else { throw problem("is not an object of schema and payload, as the JSON converter with schemas writes it") }
    guard !schema.isNull else {
      if payload.isNull { return .null }
      scratch = payload.utf8
      return datum(.json, nil)
    }
    if payload.isNull { return .null }
    let known = try known(schema)
    do throws(AvroError) { scratch = try known.codec.encode(payload) } catch {
      throw problem("does not fit the schema that stands beside it")
    }
    return datum(.avro, known.schema)
  }

  private func known(_ document: JSONValue) throws(RecordTrouble) -> (schema: KnownSchema, codec: ValueCodec) {
    if let known = byDocument[document] { return known }
    guard let connect = ConnectSchema(connectJSON: document) else {
      throw problem("has a schema that is not one of Kafka Connect's")
    }
    let avro = connect.avro
    let made: (schema: KnownSchema, codec: ValueCodec)
    do { made = (try KnownSchema(avro), try ValueCodec(avro)) } catch {
      throw problem("has a schema that can't be used")
    }
    if byDocument.count > 1000 { byDocument.removeAll() }
    byDocument[document] = made
    return made
  }

  /// What stands in `scratch`, which stays as it is until the next record.
  private func datum(_ kind: Datum.Kind, _ schema: KnownSchema?) -> Datum {
    room.removeAll()
    room.append(scratch)
    return Datum(kind: kind, bytes: room.bytes, schema: schema)
  }

  private var room = ByteBuffer(capacity: 64)

  private func problem(_ text: String) -> RecordTrouble {
    .record(
      RecordProblem(code: .objectRecordUnreadable, text: "\(part) \(text)", stage: stage, className: className))
  }

  private var className: String {
    switch format {
    case .avro: "io.confluent.connect.avro.AvroConverter"
    case .json, .jsonWithoutSchema: "org.apache.kafka.connect.json.JsonConverter"
    case .string: "org.apache.kafka.connect.storage.StringConverter"
    case .bytes: "org.apache.kafka.connect.converters.ByteArrayConverter"
    }
  }
}
