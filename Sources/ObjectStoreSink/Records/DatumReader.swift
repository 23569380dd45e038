internal import Avro
internal import ChangeModel
internal import EventEncoding

/// Reads keys or values as their converter does. It belongs to one thread.
final class DatumReader {
  private let format: RecordFormat
  private let part: String
  private let stage: RejectionStage
  private let schemas: any SchemaSource
  private var byID: [Int32: KnownSchema] = [:]
  private var last: (id: Int32, schema: KnownSchema)?
  private let documents = JSONRecords()
  private var documentSchemas: [KnownSchema] = []
  private var room = ByteBuffer(capacity: 64)

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
      do throws(CDCError) { schema = try KnownSchema(try schemas.schema(id: id), id: id) } catch {
        guard error.code.failureClass == .poison else { throw .other(error) }
        throw .record(
          RecordRefusal(
            code: error.code, text: "has the schema \(id), which can't be had: \(error.message)", stage: stage,
            className: className))
      }
      byID[id] = schema
    }
    last = (id, schema)
    return schema
  }

  /// A document of schema and payload becomes Avro of the same schema: the slow way, to one form. The bytes stay as they
  /// are until the next record.
  private func withSchema(_ bytes: UnsafeRawBufferPointer) throws(RecordTrouble) -> Datum {
    room.removeAll()
    let converted: Int?
    do throws(EventEncoding.RecordProblem) { converted = try documents.convert(bytes, to: &room) } catch {
      throw problem(error.text)
    }
    guard let number = converted else { return .null }
    while documentSchemas.count <= number {
      do throws(CDCError) {
        documentSchemas.append(try KnownSchema(documents.schema(documentSchemas.count)))
      } catch {
        throw problem("has a schema that can't be used")
      }
    }
    return Datum(kind: .avro, bytes: room.bytes, schema: documentSchemas[number])
  }

  private func problem(_ text: String) -> RecordTrouble {
    .record(
      RecordRefusal(code: .objectRecordUnreadable, text: "\(part) \(text)", stage: stage, className: className))
  }

  private var className: String { format.className }
}
