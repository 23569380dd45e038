internal import JSON

/// One walk over a schema and a JSON value, to bytes.
struct ValueEncoder {
  let names: NamedTypes
  /// Whether bytes stand as text of latin-1 characters, and a union's value is of its first branch that fits.
  var isDefault = false
  private(set) var out: [UInt8] = []
  private var depth = 0

  init(names: NamedTypes, isDefault: Bool = false) {
    self.names = names
    self.isDefault = isDefault
  }

  mutating func value(_ value: JSONValue, _ schema: Schema) throws(AvroError) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= ValueCodec.depthLimit else {
      throw AvroError("a value is nested deeper than \(ValueCodec.depthLimit) levels")
    }
    switch schema.kind {
    case .null: guard value.isNull else { throw Self.mismatch(value, "null") }
    case .boolean:
      guard let flag = value.bool else { throw Self.mismatch(value, "a boolean") }
      out.append(flag ? 1 : 0)
    case .int:
      guard let number = value.int, let int = Int32(exactly: number) else { throw Self.mismatch(value, "an int") }
      long(Int64(int))
    case .long:
      guard let number = value.int else { throw Self.mismatch(value, "a long") }
      long(Int64(number))
    case .float:
      guard let number = Self.number(value, as: Float.self) else { throw Self.mismatch(value, "a float") }
      fixed(number.bitPattern)
    case .double:
      guard let number = Self.number(value, as: Double.self) else { throw Self.mismatch(value, "a double") }
      fixed(number.bitPattern)
    case .string:
      guard let text = value.string else { throw Self.mismatch(value, "a string") }
      long(Int64(text.utf8.count))
      out.append(contentsOf: text.utf8)
    case .bytes:
      let bytes = try bytes(value, "bytes")
      long(Int64(bytes.count))
      out += bytes
    case .fixed(let fixed):
      let bytes = try bytes(value, "a fixed")
      guard bytes.count == fixed.size else { throw AvroError("needs \(fixed.size) bytes", path: [fixed.fullName]) }
      out += bytes
    case .enumeration(let enumeration):
      guard let symbol = value.string, let index = enumeration.symbols.firstIndex(of: symbol) else {
        throw AvroError("is not one of the symbols", path: [enumeration.fullName])
      }
      long(Int64(index))
    case .union(let branches): try union(value, branches)
    case .record(let record): try self.record(value, record)
    case .array(let items): try array(value, items)
    case .map(let values): try map(value, values)
    case .reference: try self.value(value, try names.resolve(schema))
    }
  }

  private mutating func union(_ value: JSONValue, _ branches: [Schema]) throws(AvroError) {
    var failures: [AvroError] = []
    for (index, branch) in branches.enumerated() {
      guard try Self.mayFit(value, try names.resolve(branch)) else { continue }
      let mark = out.count
      long(Int64(index))
      do throws(AvroError) {
        return try self.value(value, branch)
      } catch {
        out.removeLast(out.count - mark)
        failures.append(error)
      }
    }
    // With one candidate its own complaint says more than "no branch fits".
    if failures.count == 1, let failure = failures.first { throw failure }
    throw AvroError("\(Self.describe(value)) fits no branch of the union")
  }

  private mutating func record(_ value: JSONValue, _ record: RecordSchema) throws(AvroError) {
    guard let object = value.object else { throw Self.mismatch(value, "an object") }
    for field in record.fields {
      do throws(AvroError) {
        if let value = object[field.name] {
          try self.value(value, field.schema)
        } else if let value = field.defaultValue {
          let outside = isDefault
          isDefault = true
          defer { isDefault = outside }
          try self.value(value, field.schema)
        } else {
          throw AvroError("is missing and has no default")
        }
      } catch {
        throw error.inside(field.name)
      }
    }
    if object.members.count > record.fields.count || !object.names.allSatisfy({ record[$0] != nil }) {
      let unknown = object.names.first { record[$0] == nil } ?? ""
      throw AvroError("the record \"\(record.fullName)\" has no such field", path: [unknown])
    }
  }

  private mutating func array(_ value: JSONValue, _ items: Schema) throws(AvroError) {
    guard let elements = value.array else { throw Self.mismatch(value, "a list") }
    if !elements.isEmpty { long(Int64(elements.count)) }
    for (index, element) in elements.enumerated() {
      do throws(AvroError) {
        try self.value(element, items)
      } catch {
        throw error.inside(String(index))
      }
    }
    out.append(0)
  }

  private mutating func map(_ value: JSONValue, _ values: Schema) throws(AvroError) {
    guard let object = value.object else { throw Self.mismatch(value, "an object") }
    if !object.isEmpty { long(Int64(object.members.count)) }
    for member in object.members {
      long(Int64(member.name.utf8.count))
      out.append(contentsOf: member.name.utf8)
      do throws(AvroError) {
        try self.value(member.value, values)
      } catch {
        throw error.inside(member.name)
      }
    }
    out.append(0)
  }

  private mutating func long(_ value: Int64) {
    withUnsafeTemporaryAllocation(byteCount: AvroBinary.longestLong, alignment: 1) { room in
      guard let start = room.baseAddress else { return }
      let count = AvroBinary.writeLong(value, to: start)
      out.append(contentsOf: room[..<count])
    }
  }

  private mutating func fixed(_ pattern: some FixedWidthInteger) {
    withUnsafeBytes(of: pattern.littleEndian) { out.append(contentsOf: $0) }
  }

  private func bytes(_ value: JSONValue, _ wanted: String) throws(AvroError) -> [UInt8] {
    guard let text = value.string else { throw Self.mismatch(value, wanted) }
    guard isDefault else {
      guard let bytes = Base64.decode(text) else { throw AvroError("needs \(wanted) in base64") }
      return bytes
    }
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value) else { throw AvroError("needs \(wanted) as latin-1 characters") }
      bytes.append(byte)
    }
    return bytes
  }
}

extension ValueEncoder {
  private static func number<Number: BinaryFloatingPoint & LosslessStringConvertible>(
    _ value: JSONValue, as type: Number.Type
  ) -> Number? {
    switch value {
    case .number(let text): Number(text)
    case .string("NaN"): .nan
    case .string("Infinity"): .infinity
    case .string("-Infinity"): -.infinity
    default: nil
    }
  }

  /// Whether a value is of the kind of JSON that a branch's values have.
  private static func mayFit(_ value: JSONValue, _ branch: Schema) throws(AvroError) -> Bool {
    switch (branch.kind, value) {
    case (.null, .null), (.boolean, .bool), (.int, .number), (.long, .number), (.float, .number), (.double, .number),
      (.string, .string), (.bytes, .string), (.fixed, .string), (.enumeration, .string), (.array, .array),
      (.map, .object), (.record, .object):
      true
    case (.float, .string(let text)), (.double, .string(let text)): ["NaN", "Infinity", "-Infinity"].contains(text)
    default: false
    }
  }

  private static func describe(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }

  private static func mismatch(_ value: JSONValue, _ wanted: String) -> AvroError {
    AvroError("needs \(wanted), not \(describe(value))")
  }
}
