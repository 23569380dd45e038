internal import Avro
public import JSON

extension ConnectDefault {
  /// As it stands in an Avro schema: bytes as a text with one character per byte, as Avro's specification says.
  public var avroJSON: JSONValue {
    guard case .bytes(let bytes) = self else { return scalarJSON }
    var text = ""
    for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
    return .string(text)
  }

  /// As it stands in the JSON converter's schema: bytes as base64.
  public var connectJSON: JSONValue {
    guard case .bytes(let bytes) = self else { return scalarJSON }
    return .string(bytes.withUnsafeBytes { Avro.Base64.encode($0) })
  }

  private var scalarJSON: JSONValue {
    switch self {
    case .boolean(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .float(let value): JavaNumber.json(value)
    case .double(let value): JavaNumber.json(value)
    case .string(let value): .string(value)
    case .bytes: .null
    }
  }

  /// The default of a schema of this kind, read from an Avro schema's JSON; nil where it is null or doesn't fit.
  init?(avroJSON json: JSONValue, kind: ConnectSchema.Kind) {
    switch (kind, json) {
    case (.int8, .number(let text)), (.int16, .number(let text)), (.int32, .number(let text)),
      (.int64, .number(let text)):
      guard let value = Int64(text) else { return nil }
      self = .integer(value)
    case (.float32, _):
      guard let value = JavaNumber.double(json) else { return nil }
      self = .float(Float(value))
    case (.float64, _):
      guard let value = JavaNumber.double(json) else { return nil }
      self = .double(value)
    case (.boolean, .bool(let value)): self = .boolean(value)
    case (.string, .string(let value)): self = .string(value)
    case (.bytes, .string(let text)):
      let scalars = text.unicodeScalars
      guard scalars.allSatisfy({ $0.value < 256 }) else { return nil }
      self = .bytes(scalars.map { UInt8($0.value) })
    default: return nil
    }
  }
}
