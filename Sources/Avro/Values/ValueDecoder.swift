internal import JSON

/// One walk over a schema and a value's bytes.
struct ValueDecoder {
  let names: NamedTypes
  private var depth = 0

  init(names: NamedTypes) { self.names = names }

  mutating func value(_ schema: Schema, _ reader: inout AvroReader) throws(AvroError) -> JSONValue {
    depth += 1
    defer { depth -= 1 }
    guard depth <= ValueCodec.depthLimit else {
      throw AvroError("a value is nested deeper than \(ValueCodec.depthLimit) levels")
    }
    switch schema.kind {
    case .null: return .null
    case .boolean: return .bool(try reader.readBoolean())
    case .int: return .integer(try reader.readInt())
    case .long: return .integer(try reader.readLong())
    case .float: return Self.number(try reader.readFloat())
    case .double: return Self.number(try reader.readDouble())
    case .bytes: return .string(Base64.encode(try reader.readBytes()))
    case .string: return .string(try Self.text(&reader))
    case .fixed(let fixed): return .string(Base64.encode(try reader.readFixed(fixed.size)))
    case .enumeration(let enumeration):
      let index = try reader.readInt()
      guard enumeration.symbols.indices.contains(Int(index)) else {
        throw AvroError("an enumeration has no symbol of this number", path: [enumeration.fullName])
      }
      return .string(enumeration.symbols[Int(index)])
    case .union(let branches): return try value(branches[try reader.readBranch(of: branches.count)], &reader)
    case .record(let record): return .object(try fields(record, &reader))
    case .array(let items): return .array(try elements(items, &reader))
    case .map(let values): return .object(try entries(values, &reader))
    case .reference: return try value(try names.resolve(schema), &reader)
    }
  }

  private mutating func fields(_ record: RecordSchema, _ reader: inout AvroReader) throws(AvroError) -> JSONObject {
    var members: [JSONObject.Member] = []
    members.reserveCapacity(record.fields.count)
    for field in record.fields {
      do throws(AvroError) {
        members.append(.init(field.name, try value(field.schema, &reader)))
      } catch {
        throw error.inside(field.name)
      }
    }
    return JSONObject(members)
  }

  private mutating func elements(_ items: Schema, _ reader: inout AvroReader) throws(AvroError) -> [JSONValue] {
    var elements: [JSONValue] = []
    while true {
      let block = try reader.readBlock(smallestItem: 0)
      if block.count == 0 { return elements }
      for index in 0..<block.count {
        let before = reader.position
        elements.append(try value(items, &reader))
        if reader.position == before, block.count - index > ValueCodec.emptyItemLimit - elements.count {
          throw AvroError("an array has more than \(ValueCodec.emptyItemLimit) items without bytes")
        }
      }
    }
  }

  private mutating func entries(_ values: Schema, _ reader: inout AvroReader) throws(AvroError) -> JSONObject {
    var members: [JSONObject.Member] = []
    while true {
      let block = try reader.readBlock(smallestItem: 1)
      if block.count == 0 { return JSONObject(members) }
      for _ in 0..<block.count {
        let key = try Self.text(&reader)
        members.append(.init(key, try value(values, &reader)))
      }
    }
  }

  private static func text(_ reader: inout AvroReader) throws(AvroError) -> String {
    guard let text = String(validating: try reader.readBytes(), as: UTF8.self) else {
      throw AvroError("a string is not valid UTF-8")
    }
    return text
  }

  private static func number(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> JSONValue {
    if value.isNaN { return .string("NaN") }
    if value.isInfinite { return .string(value < 0 ? "-Infinity" : "Infinity") }
    return .number(value.description)
  }
}
