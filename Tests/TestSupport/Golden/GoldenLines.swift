public import Avro
public import ChangeModel
public import JSON

/// Prints records in the form of the golden event files, one JSON object a line: `topic`, `partition` (null: left to
/// the producer), `headers`, `key`, `value`.
public enum GoldenLines {
  /// The lines of a batch whose keys and values are Avro in Confluent's wire format. `schema` gives a registered schema
  /// by its id. Throws where a value is not of its schema.
  public static func lines(of batch: RecordBatch, schema: (Int32) throws -> Schema) throws -> [JSONValue] {
    try batch.records.map { record in
      var headers = JSONObject()
      if record.headers.isPresent {
        HeaderList.forEach(in: batch.bytes[record.headers]) { name, value in
          headers[String(decoding: name, as: UTF8.self)] = value.map { header(Array($0)) } ?? .null
        }
      }
      if record.headerSet >= 0 {
        for header in batch.headerSets[Int(record.headerSet)] {
          headers[header.name] = header.value.map(Self.header) ?? .null
        }
      }
      return [
        "topic": .string(batch.topics[Int(record.topic)]),
        "partition": record.partition < 0 ? .null : .integer(record.partition), "headers": .object(headers),
        "key": try decoded(record.key.isPresent ? Array(batch.bytes[record.key]) : nil, schema),
        "value": try decoded(record.value.isPresent ? Array(batch.bytes[record.value]) : nil, schema),
      ]
    }
  }

  /// A key or value in Confluent's wire format as JSON; null for none.
  public static func decoded(_ bytes: [UInt8]?, _ schema: (Int32) throws -> Schema) throws -> JSONValue {
    guard let bytes else { return .null }
    guard bytes.count >= 5, bytes[0] == 0 else { throw AvroError("the bytes are not in Confluent's wire format") }
    let id = bytes[1..<5].reduce(Int32(0)) { $0 << 8 | Int32($1) }
    return try ValueCodec(try schema(id)).decode(Array(bytes[5...]))
  }

  /// A header: a struct is an object, all else a text.
  private static func header(_ value: [UInt8]) -> JSONValue {
    if value.first == UInt8(ascii: "{"), let object = try? JSONValue(parsing: value) { return object }
    return .string(String(decoding: value, as: UTF8.self))
  }
}
