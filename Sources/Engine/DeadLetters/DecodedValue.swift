internal import Avro
internal import ChangeModel
internal import JSON

/// A key or value as people see it, and what it takes to write it back.
struct DecodedValue {
  /// What the bytes are.
  enum Form {
    /// No bytes at all.
    case null
    /// Avro in Confluent's wire format: the id, and the codec of its schema.
    case avro(Int32, ValueCodec)
    /// A JSON text.
    case json
    /// UTF-8 that is no JSON.
    case text
    /// Anything else, as base64.
    case bytes
  }

  var json: JSONValue
  var form: Form

  /// Decodes bytes. `codec` gives the codec of a schema id; nil: it can't be had.
  init(_ bytes: UnsafeRawBufferPointer?, codec: (Int32) -> ValueCodec?) {
    guard let bytes else {
      (json, form) = (.null, .null)
      return
    }
    if bytes.count >= 5, bytes[0] == 0 {
      let id = Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: Int32.self))
      if let codec = codec(id), let value = try? codec.decode(UnsafeRawBufferPointer(rebasing: bytes[5...])) {
        (json, form) = (value, .avro(id, codec))
        return
      }
    }
    if let value = try? JSONValue(parsing: bytes) {
      (json, form) = (value, .json)
    } else if let text = String(validating: bytes, as: UTF8.self) {
      (json, form) = (.string(text), .text)
    } else {
      (json, form) = (.string(Base64.encode(bytes)), .bytes)
    }
  }

  /// The bytes of `json` in the form that the value had. Throws an `AvroError` where it does not fit its schema.
  func encoded() throws(AvroError) -> [UInt8]? {
    switch form {
    case .null: return nil
    case .avro(let id, let codec):
      var out: [UInt8] = [0]
      withUnsafeBytes(of: id.bigEndian) { out += $0 }
      out += try codec.encode(json)
      return out
    case .json, .text, .bytes: return json.utf8
    }
  }

  /// Whether it is shown as base64.
  var isBase64: Bool { if case .bytes = form { true } else { false } }

  /// Whether single places of it can be changed.
  var isEditable: Bool {
    switch form {
    case .avro, .json: true
    case .null, .text, .bytes: false
    }
  }
}

/// Codecs by schema id, each made once.
final class CodecCache {
  private let schemas: @Sendable (Int32) throws(CDCError) -> Schema
  private var codecs: [Int32: ValueCodec?] = [:]

  init(schemas: @escaping @Sendable (Int32) throws(CDCError) -> Schema) { self.schemas = schemas }

  /// The codec of a schema; nil: the registry does not give it.
  func codec(_ id: Int32) -> ValueCodec? {
    if let known = codecs[id] { return known }
    let made = (try? schemas(id)).flatMap { try? ValueCodec($0) }
    codecs[id] = .some(made)
    return made
  }
}
