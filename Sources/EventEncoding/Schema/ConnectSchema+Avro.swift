public import Avro
internal import JSON

extension ConnectSchema {
  /// The Avro schema that Confluent's converter makes of it (AvroData 7.0): names, versions, parameters, defaults and
  /// docs as `connect.…` attributes; optional as a union with null, whose branches turn when there is a default; a
  /// struct's name met again as a reference to the first.
  public var avro: Avro.Schema {
    var builder = AvroSchemaBuilder()
    return builder.schema(of: self)
  }
}

/// Turns Connect schemas into Avro schemas; knows the records that it has defined.
private struct AvroSchemaBuilder {
  private static let mapEntryName = "io.confluent.connect.avro.MapEntry"
  private static let anonymousRecordName = "io.confluent.connect.avro.ConnectDefault"
  /// What AvroData writes where a decimal's precision is not known.
  private static let unknownPrecision = 64

  private var definedRecords: Set<String> = []

  mutating func schema(of connect: ConnectSchema) -> Avro.Schema {
    let base = base(of: connect)
    guard connect.isOptional else { return base }
    return Avro.Schema(.union(connect.defaultValue == nil ? [Avro.Schema(.null), base] : [base, Avro.Schema(.null)]))
  }

  private mutating func base(of connect: ConnectSchema) -> Avro.Schema {
    var attributes = JSONObject()
    let kind: Avro.Schema.Kind
    switch connect.kind {
    case .int8, .int16, .int32: kind = .int
    case .int64: kind = .long
    case .float32: kind = .float
    case .float64: kind = .double
    case .boolean: kind = .boolean
    case .string: kind = .string
    case .bytes:
      kind = .bytes
      if connect.name == ConnectName.decimal {
        attributes["scale"] = .integer(Int(connect.parameter("scale") ?? "") ?? 0)
        attributes["precision"] = .integer(
          Int(connect.parameter(ConnectName.precisionParameter) ?? "") ?? Self.unknownPrecision)
      }
    case .array(let element): kind = .array(schema(of: element))
    case .map(let key, let value): kind = map(key, value, connect)
    case .structure(let fields):
      let name = connect.name ?? Self.anonymousRecordName
      guard definedRecords.insert(name).inserted else { return Avro.Schema(.reference(name)) }
      kind = .record(RecordSchema(fullName: name, fields: fields.map { field($0.name, $0.schema) }))
    }
    addMetadata(of: connect, to: &attributes)
    return Avro.Schema(kind, logicalType: Self.logicalTypes[connect.name ?? ""], attributes: attributes)
  }

  private mutating func map(_ key: ConnectSchema, _ value: ConnectSchema, _ connect: ConnectSchema) -> Avro.Schema.Kind
  {
    if key.kind == .string, !key.isOptional { return .map(schema(of: value)) }
    let name = connect.name ?? Self.mapEntryName
    guard definedRecords.insert(name).inserted else { return .array(Avro.Schema(.reference(name))) }
    let record = RecordSchema(fullName: name, fields: [field("key", key), field("value", value)])
    let attributes: JSONObject = connect.name == nil ? [:] : ["connect.internal.type": "MapEntry"]
    return .array(Avro.Schema(.record(record), attributes: attributes))
  }

  private mutating func field(_ name: String, _ connect: ConnectSchema) -> Field {
    var value = connect.defaultValue?.avroJSON
    if value == nil, connect.isOptional { value = .some(.null) }
    return Field(name: name, schema: schema(of: connect), defaultValue: value)
  }

  private func addMetadata(of connect: ConnectSchema, to attributes: inout JSONObject) {
    if let doc = connect.doc { attributes["connect.doc"] = .string(doc) }
    if let version = connect.version { attributes["connect.version"] = .integer(version) }
    if !connect.parameters.isEmpty { attributes["connect.parameters"] = .object(connect.parameters) }
    if let value = connect.defaultValue { attributes["connect.default"] = value.avroJSON }
    if let name = connect.name { attributes["connect.name"] = .string(name) }
    if connect.kind == .int8 { attributes["connect.type"] = "int8" }
    if connect.kind == .int16 { attributes["connect.type"] = "int16" }
  }

  private static let logicalTypes = [
    ConnectName.decimal: "decimal", ConnectName.date: "date", ConnectName.time: "time-millis",
    ConnectName.timestamp: "timestamp-millis",
  ]
}
