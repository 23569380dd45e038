public import Avro
public import ChangeModel
internal import JSON

extension ConnectSchema {
  /// The Connect schema that Confluent's converter makes of an Avro schema (AvroData's `toConnectSchema`).
  ///
  /// Throws error 4104 for what Connect can't have: null alone, a record that contains itself, an unknown name.
  public init(avro: Avro.Schema) throws(CDCError) {
    var reader = AvroSchemaReader()
    self = try reader.schema(of: avro)
  }
}

/// Turns Avro schemas into Connect schemas; knows the named types that it has met.
private struct AvroSchemaReader {
  private static let enumParameter = "io.confluent.connect.avro.Enum"
  private static let unionName = "io.confluent.connect.avro.Union"
  private static let mapEntryName = "io.confluent.connect.avro.MapEntry"
  private static let anonymousRecordName = "io.confluent.connect.avro.ConnectDefault"

  private var named: [String: Avro.Schema] = [:]
  private var open: Set<String> = []

  mutating func schema(of avro: Avro.Schema, fieldDefault: JSONValue? = nil) throws(CDCError) -> ConnectSchema {
    if case .union(let branches) = avro.kind { return try union(branches, fieldDefault) }
    let avro = try resolved(avro)
    var connect = try base(of: avro)
    connect.doc = avro.attributes["connect.doc"]?.string
    if let version = avro.attributes["connect.version"]?.int { connect.version = version }
    for member in avro.attributes["connect.parameters"]?.object?.members ?? [] {
      connect.parameters[member.name] = member.value
    }
    if let name = avro.attributes["connect.name"]?.string ?? namedType(avro), name != Self.anonymousRecordName {
      connect.name = name
    }
    let value = fieldDefault ?? avro.attributes["connect.default"]
    if let value { connect.defaultValue = ConnectDefault(avroJSON: value, kind: connect.kind) }
    return connect
  }

  private mutating func union(_ branches: [Avro.Schema], _ fieldDefault: JSONValue?) throws(CDCError) -> ConnectSchema {
    let others = branches.filter { $0.kind != .null }
    if branches.count == 2, others.count == 1 {
      return try schema(of: others[0], fieldDefault: fieldDefault == .null ? nil : fieldDefault).optional
    }
    var fields: [ConnectField] = []
    for branch in others {
      fields.append(ConnectField(memberName(branch), try schema(of: branch).optional))
    }
    return ConnectSchema(.structure(fields), isOptional: others.count < branches.count, name: Self.unionName)
  }

  private mutating func base(of avro: Avro.Schema) throws(CDCError) -> ConnectSchema {
    switch avro.kind {
    case .boolean: return ConnectSchema(.boolean)
    case .int: return int(avro)
    case .long:
      return avro.logicalType == "timestamp-millis"
        ? ConnectSchema(.int64, name: ConnectName.timestamp, version: 1) : ConnectSchema(.int64)
    case .float: return ConnectSchema(.float32)
    case .double: return ConnectSchema(.float64)
    case .string: return ConnectSchema(.string)
    case .bytes: return bytes(avro)
    case .fixed(let fixed):
      var connect = bytes(avro)
      connect.parameters["connect.fixed.size"] = .string(String(fixed.size))
      return connect
    case .enumeration(let enumeration):
      var parameters: JSONObject = [Self.enumParameter: .string(enumeration.fullName)]
      for symbol in enumeration.symbols { parameters["\(Self.enumParameter).\(symbol)"] = .string(symbol) }
      return ConnectSchema(.string, parameters: parameters)
    case .array(let items): return try array(items)
    case .map(let values): return ConnectSchema(.map(key: ConnectSchema(.string), value: try schema(of: values)))
    case .record(let record): return try structure(record)
    case .null, .union, .reference:
      throw CDCError(.schemaNotUsable, "the Avro schema has a null that stands alone, which Kafka Connect can't have")
    }
  }

  private func int(_ avro: Avro.Schema) -> ConnectSchema {
    switch (avro.attributes["connect.type"]?.string, avro.logicalType) {
    case ("int8", _): ConnectSchema(.int8)
    case ("int16", _): ConnectSchema(.int16)
    case (_, "date"): ConnectSchema(.int32, name: ConnectName.date, version: 1)
    case (_, "time-millis"): ConnectSchema(.int32, name: ConnectName.time, version: 1)
    default: ConnectSchema(.int32)
    }
  }

  private func bytes(_ avro: Avro.Schema) -> ConnectSchema {
    guard avro.logicalType == "decimal" else { return ConnectSchema(.bytes) }
    var parameters: JSONObject = ["scale": .string(String(avro.attributes["scale"]?.int ?? 0))]
    if let precision = avro.attributes["precision"]?.int, precision != 64 {
      parameters[ConnectName.precisionParameter] = .string(String(precision))
    }
    return ConnectSchema(.bytes, name: ConnectName.decimal, version: 1, parameters: parameters)
  }

  private mutating func array(_ items: Avro.Schema) throws(CDCError) -> ConnectSchema {
    let element = try resolved(items)
    let isMapEntry =
      element.fullName == Self.mapEntryName || element.attributes["connect.internal.type"]?.string == "MapEntry"
    guard isMapEntry, let fields = element.record?.fields, fields.count == 2 else {
      return ConnectSchema(.array(try schema(of: items)))
    }
    return ConnectSchema(.map(key: try schema(of: fields[0].schema), value: try schema(of: fields[1].schema)))
  }

  private mutating func structure(_ record: RecordSchema) throws(CDCError) -> ConnectSchema {
    guard open.insert(record.fullName).inserted else {
      throw CDCError(.schemaNotUsable, "the Avro record \(record.fullName) contains itself")
    }
    var fields: [ConnectField] = []
    for field in record.fields {
      fields.append(ConnectField(field.name, try schema(of: field.schema, fieldDefault: field.defaultValue)))
    }
    open.remove(record.fullName)
    return ConnectSchema(.structure(fields))
  }

  private mutating func resolved(_ avro: Avro.Schema) throws(CDCError) -> Avro.Schema {
    guard case .reference(let name) = avro.kind else {
      if let name = namedType(avro) { named[name] = avro }
      return avro
    }
    guard let definition = named[name] else {
      throw CDCError(.schemaNotUsable, "the Avro schema names the type \(name), which it does not define before")
    }
    return definition
  }

  private func namedType(_ avro: Avro.Schema) -> String? {
    switch avro.kind {
    case .record, .enumeration, .fixed: avro.fullName
    default: nil
    }
  }

  private func memberName(_ avro: Avro.Schema) -> String {
    if let name = avro.fullName, case let last = name.split(separator: ".").last, let last { return String(last) }
    switch avro.kind {
    case .boolean: return "boolean"
    case .int: return "int"
    case .long: return "long"
    case .float: return "float"
    case .double: return "double"
    case .bytes: return "bytes"
    case .string: return "string"
    case .array: return "array"
    case .map: return "map"
    default: return "null"
    }
  }
}
