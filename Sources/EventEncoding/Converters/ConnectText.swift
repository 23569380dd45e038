internal import Avro
internal import JSON

/// Walks Avro bytes by the Connect schema that they were written with.
enum ConnectText {
  /// Whether a value follows; false: null stands there.
  static func hasValue(_ reader: inout AvroReader, _ schema: ConnectSchema) throws(AvroError) -> Bool {
    guard schema.isOptional else { return true }
    let branch = try reader.readBranch(of: 2)
    return branch == (schema.defaultValue == nil ? 1 : 0)
  }

  /// Calls `body` for every element of an array or map in Avro's blocks.
  static func forEachElement(
    _ reader: inout AvroReader, _ body: (inout AvroReader) throws(AvroError) -> Void
  ) throws(AvroError) {
    while true {
      var count = try reader.readLong()
      if count == 0 { return }
      if count < 0 {
        _ = try reader.readLong()
        count = -count
      }
      for _ in 0..<count { try body(&reader) }
    }
  }

  /// Appends a value as the JSON converter writes it: bytes and decimals as base64, maps with other keys than texts as
  /// lists of pairs.
  static func appendJSON(
    _ reader: inout AvroReader, _ schema: ConnectSchema, to out: inout [UInt8]
  ) throws(AvroError) {
    guard try hasValue(&reader, schema) else { return out.append(contentsOf: "null".utf8) }
    switch schema.kind {
    case .int8, .int16, .int32, .int64: out.append(contentsOf: String(try reader.readLong()).utf8)
    case .float32: out.append(contentsOf: JavaNumber.json(try reader.readFloat()).utf8)
    case .float64: out.append(contentsOf: JavaNumber.json(try reader.readDouble()).utf8)
    case .boolean: out.append(contentsOf: (try reader.readBoolean() ? "true" : "false").utf8)
    case .string: JSONText.appendQuoted(try reader.readBytes(), to: &out)
    case .bytes:
      out.append(UInt8(ascii: "\""))
      out.append(contentsOf: Avro.Base64.encode(try reader.readBytes()).utf8)
      out.append(UInt8(ascii: "\""))
    case .array(let element): try appendList(&reader, element, to: &out)
    case .map(let key, let value): try appendMap(&reader, key, value, to: &out)
    case .structure(let fields):
      out.append(UInt8(ascii: "{"))
      for (index, field) in fields.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        JSONText.appendQuoted(field.name, to: &out)
        out.append(UInt8(ascii: ":"))
        try appendJSON(&reader, field.schema, to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  private static func appendList(
    _ reader: inout AvroReader, _ element: ConnectSchema, to out: inout [UInt8]
  ) throws(AvroError) {
    out.append(UInt8(ascii: "["))
    var isFirst = true
    try forEachElement(&reader) { (reader) throws(AvroError) in
      if !isFirst { out.append(UInt8(ascii: ",")) }
      isFirst = false
      try appendJSON(&reader, element, to: &out)
    }
    out.append(UInt8(ascii: "]"))
  }

  private static func appendMap(
    _ reader: inout AvroReader, _ key: ConnectSchema, _ value: ConnectSchema, to out: inout [UInt8]
  ) throws(AvroError) {
    let isObject = key.kind == .string && !key.isOptional
    out.append(UInt8(ascii: isObject ? "{" : "["))
    var isFirst = true
    try forEachElement(&reader) { (reader) throws(AvroError) in
      if !isFirst { out.append(UInt8(ascii: ",")) }
      isFirst = false
      if !isObject { out.append(UInt8(ascii: "[")) }
      try appendJSON(&reader, key, to: &out)
      out.append(UInt8(ascii: isObject ? ":" : ","))
      try appendJSON(&reader, value, to: &out)
      if !isObject { out.append(UInt8(ascii: "]")) }
    }
    out.append(UInt8(ascii: isObject ? "}" : "]"))
  }
}
