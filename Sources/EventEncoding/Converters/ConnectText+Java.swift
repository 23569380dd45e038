internal import Avro
internal import JSON

extension ConnectText {
  /// A value as Java's `toString` of it: `Struct{id=100,name=x}`, fields with null left out.
  static func javaText(_ reader: inout AvroReader, _ schema: ConnectSchema) throws(AvroError) -> String {
    try optionalJavaText(&reader, schema) ?? "null"
  }

  private static func optionalJavaText(
    _ reader: inout AvroReader, _ schema: ConnectSchema
  ) throws(AvroError) -> String? {
    guard try hasValue(&reader, schema) else { return nil }
    switch schema.kind {
    case .int8, .int16, .int32, .int64: return String(try reader.readLong())
    case .float32: return JavaNumber.text(try reader.readFloat())
    case .float64: return JavaNumber.text(try reader.readDouble())
    case .boolean: return try reader.readBoolean() ? "true" : "false"
    case .string: return String(decoding: try reader.readBytes(), as: UTF8.self)
    case .bytes:
      let bytes = try reader.readBytes()
      if let scale = decimalScale(schema) { return BigDecimalText.text(unscaled: Array(bytes), scale: scale) }
      return "java.nio.HeapByteBuffer[pos=0 lim=\(bytes.count) cap=\(bytes.count)]"
    case .array(let element):
      var parts: [String] = []
      try forEachElement(&reader) { (reader) throws(AvroError) in parts.append(try javaText(&reader, element)) }
      return "[\(parts.joined(separator: ", "))]"
    case .map(let key, let value):
      var parts: [String] = []
      try forEachElement(&reader) { (reader) throws(AvroError) in
        let name = try javaText(&reader, key)
        parts.append("\(name)=\(try javaText(&reader, value))")
      }
      return "{\(parts.joined(separator: ", "))}"
    case .structure(let fields):
      var parts: [String] = []
      for field in fields {
        if let text = try optionalJavaText(&reader, field.schema) { parts.append("\(field.name)=\(text)") }
      }
      return "Struct{\(parts.joined(separator: ","))}"
    }
  }

  /// Appends a value as `Values.convertToString` of Kafka Connect writes it inside of a struct: `{"id":100}`, decimals
  /// as numbers, bytes as base64.
  static func appendSimple(
    _ reader: inout AvroReader, _ schema: ConnectSchema, to out: inout String
  ) throws(AvroError) {
    guard try hasValue(&reader, schema) else { return out += "null" }
    switch schema.kind {
    case .int8, .int16, .int32, .int64, .float32, .float64, .boolean: out += try javaText(&reader, schema.required)
    case .string: out += quoted(String(decoding: try reader.readBytes(), as: UTF8.self))
    case .bytes:
      let bytes = try reader.readBytes()
      if let scale = decimalScale(schema) {
        out += BigDecimalText.text(unscaled: Array(bytes), scale: scale)
      } else {
        out += Avro.Base64.encode(bytes)
      }
    case .array(let element):
      var parts: [String] = []
      try forEachElement(&reader) { (reader) throws(AvroError) in
        var part = ""
        try appendSimple(&reader, element, to: &part)
        parts.append(part)
      }
      out += "[\(parts.joined(separator: ","))]"
    case .map(let key, let value):
      var parts: [String] = []
      try forEachElement(&reader) { (reader) throws(AvroError) in
        var part = ""
        try appendSimple(&reader, key, to: &part)
        part += ":"
        try appendSimple(&reader, value, to: &part)
        parts.append(part)
      }
      out += "{\(parts.joined(separator: ","))}"
    case .structure(let fields):
      out += "{"
      for (index, field) in fields.enumerated() {
        out += (index > 0 ? "," : "") + quoted(field.name) + ":"
        try appendSimple(&reader, field.schema, to: &out)
      }
      out += "}"
    }
  }

  private static func decimalScale(_ schema: ConnectSchema) -> Int? {
    guard schema.name == ConnectName.decimal else { return nil }
    return Int(schema.parameter("scale") ?? "")
  }

  /// In quotes; only quotes and backslashes are escaped.
  private static func quoted(_ text: String) -> String {
    var out = "\""
    for character in text.unicodeScalars {
      if character == "\"" || character == "\\" { out.unicodeScalars.append("\\") }
      out.unicodeScalars.append(character)
    }
    return out + "\""
  }
}
