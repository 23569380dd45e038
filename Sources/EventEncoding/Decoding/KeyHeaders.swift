internal import Avro
public import ChangeModel
internal import JSON

/// The keys that the headers of a changed key tell, as the bytes that the record with that key has. Both halves of the
/// change can then be put together.
extension EventDecoder {
  /// The Avro bytes (without the converter's own header) of the key in a record's header `__debezium.newkey` or
  /// `__debezium.oldkey`. The header holds a JSON object (SimpleHeaderConverter), or one with its schema
  /// (JsonConverter). Nil: it has none, or it is not of the key's schema.
  public func otherKey(of event: DecodedEvent, in batch: RecordBatch) -> [UInt8]? {
    guard event.keyLayout >= 0, event.keyChange != .none else { return nil }
    let wanted = event.keyChange == .oldHalf ? RecordHeaders.newKey : RecordHeaders.oldKey
    let record = batch.records[Int(event.record)]
    var text: [UInt8]?
    if record.headers.isPresent {
      HeaderList.forEach(in: batch.bytes[record.headers]) { name, value in
        if name.elementsEqual(wanted), let value { text = Array(value) }
      }
    }
    if text == nil, record.headerSet >= 0 {
      text = batch.headerSets[Int(record.headerSet)].first { $0.name.utf8.elementsEqual(wanted) }?.value
    }
    guard let text, let document = try? JSONValue(parsing: text) else { return nil }
    let payload = document["schema"] != nil ? document["payload"] ?? .null : document
    let schema = schema(ofLayout: event.keyLayout)
    guard let codec = try? ValueCodec(schema) else { return nil }
    return try? codec.encode(Self.adapted(payload, schema))
  }

  /// SimpleHeaderConverter writes decimals as numbers; Avro's bytes are wanted.
  private static func adapted(_ value: JSONValue, _ schema: Schema) -> JSONValue {
    guard let record = schema.record, let object = value.object else { return value }
    var adapted = JSONObject()
    for field in record.fields {
      var member = object[field.name] ?? .null
      let type = field.schema.branches?.first { $0.kind != .null } ?? field.schema
      if case .number(let text) = member, type.kind == .bytes,
        let bytes = DecimalText.bytes(of: text, scale: type.attributes["scale"]?.int ?? 0)
      {
        member = .string(bytes.withUnsafeBytes { Avro.Base64.encode($0) })
      }
      adapted[field.name] = member
    }
    return .object(adapted)
  }
}

/// Decimal numbers as text.
enum DecimalText {
  /// The unscaled value as two's complement, big-endian, as short as possible; nil: the text has more decimals than
  /// the scale, or more digits than 64 bits hold.
  static func bytes(of text: String, scale: Int) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first else { return nil }
    let decimals = parts.count == 2 ? String(parts[1]) : ""
    guard decimals.count <= scale,
      let value = Int64(whole + decimals + String(repeating: "0", count: scale - decimals.count))
    else { return nil }
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: value >> Int64(56 - 8 * $0)) }
    while bytes.count > 1, (bytes[0] == 0 && bytes[1] < 0x80) || (bytes[0] == 0xFF && bytes[1] >= 0x80) {
      bytes.removeFirst()
    }
    return bytes
  }
}
