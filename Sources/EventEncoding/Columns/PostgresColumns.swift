internal import ChangeModel
internal import ColumnCodecs
internal import JSON

/// Debezium's mapping of PostgreSQL types in its default modes (version 3.6, PostgresValueConverter).
enum PostgresColumns {
  /// The mapping of a type; nil for what Debezium leaves out.
  static func mapping(of type: ColumnType) -> ColumnMapping? {
    switch type.kind {
    case .enumeration(let labels):
      let allowed = JSONObject([.init("allowed", .string(labels.joined(separator: ",")))])
      let schema = ConnectSchema(.string, name: ConnectName.enumeration, version: 1, parameters: allowed)
      return ColumnMapping(schema: schema, codec: TextCodec(.string), exportsDefault: true, placeholder: .text)
    case .array(let element): return array(of: element, in: type)
    case .base: return base(type)
    case .constructed: return ranges.contains(type.name) ? text() : nil
    }
  }

  private static let ranges: Set<String> = ["int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange"]

  private static func base(_ type: ColumnType) -> ColumnMapping? {
    number(type) ?? textual(type) ?? temporal(type) ?? other(type)
  }

  private static func number(_ type: ColumnType) -> ColumnMapping? {
    switch type.name {
    case "int2": return plain(.int16, .integer)
    case "int4": return plain(.int32, .integer)
    case "int8": return plain(.int64, .integer)
    case "oid": return ColumnMapping(schema: ConnectSchema(.int64), codec: TextCodec(.integer))
    case "float4": return plain(.float32, .float)
    case "float8": return plain(.float64, .double)
    case "bool": return plain(.boolean, .boolean)
    case "numeric": return numeric(type)
    case "money":
      // Debezium's money.fraction.digits is 2 by default.
      return ColumnMapping(schema: decimal(scale: 2, precision: nil), codec: TextCodec(.money, scale: 2))
    default: return nil
    }
  }

  private static func numeric(_ type: ColumnType) -> ColumnMapping {
    guard let precision = type.length, precision > 0 else {
      let fields = [ConnectField("scale", ConnectSchema(.int32)), ConnectField("value", ConnectSchema(.bytes))]
      let schema = ConnectSchema(
        .structure(fields), name: ConnectName.variableScaleDecimal, version: 1, doc: "Variable scaled decimal")
      return ColumnMapping(schema: schema, codec: TextCodec(.variableDecimal))
    }
    let scale = type.scale ?? 0
    return ColumnMapping(
      schema: decimal(scale: scale, precision: precision), codec: TextCodec(.decimal, scale: scale),
      exportsDefault: true)
  }

  private static func decimal(scale: Int, precision: Int?) -> ConnectSchema {
    var parameters: JSONObject = ["scale": .string(String(scale))]
    if let precision { parameters[ConnectName.precisionParameter] = .string(String(precision)) }
    return ConnectSchema(.bytes, name: ConnectName.decimal, version: 1, parameters: parameters)
  }

  private static func textual(_ type: ColumnType) -> ColumnMapping? {
    switch type.name {
    case "text", "varchar", "bpchar", "char": text(exportsDefault: true)
    case "name", "citext", "inet", "cidr", "macaddr", "macaddr8", "isbn": text()
    case "json", "jsonb": text(ConnectName.json, exportsDefault: true)
    case "xml": text(ConnectName.xml, exportsDefault: true)
    case "uuid": text(ConnectName.uuid, exportsDefault: true)
    case "ltree": text(ConnectName.ltree)
    case "tsvector": text(ConnectName.tsvector)
    case "hstore":
      ColumnMapping(
        schema: ConnectSchema(.string, name: ConnectName.json, version: 1), codec: TextCodec(.hstore),
        placeholder: .hstore)
    default: ranges.contains(type.name) ? text() : nil
    }
  }

  private static func text(_ name: String? = nil, exportsDefault: Bool = false) -> ColumnMapping {
    ColumnMapping(
      schema: ConnectSchema(.string, name: name, version: name == nil ? nil : 1), codec: TextCodec(.string),
      exportsDefault: exportsDefault, placeholder: .text)
  }

  private static func temporal(_ type: ColumnType) -> ColumnMapping? {
    let digits = type.scale ?? 6
    let isShort = digits <= 3
    switch type.name {
    case "date": return named(.int32, ConnectName.debeziumDate, .date)
    case "time":
      return isShort
        ? named(.int32, ConnectName.debeziumTime, .milliTime) : named(.int64, ConnectName.microTime, .microTime)
    case "timestamp":
      return isShort
        ? named(.int64, ConnectName.debeziumTimestamp, .milliTimestamp)
        : named(.int64, ConnectName.microTimestamp, .microTimestamp)
    case "timestamptz": return named(.string, ConnectName.zonedTimestamp, .zonedTimestamp, scale: digits)
    case "timetz": return named(.string, ConnectName.zonedTime, .zonedTime)
    case "interval": return named(.int64, ConnectName.microDuration, .interval)
    default: return nil
    }
  }

  private static func other(_ type: ColumnType) -> ColumnMapping? {
    switch type.name {
    case "bytea":
      return ColumnMapping(schema: ConnectSchema(.bytes), codec: TextCodec(.bytea), placeholder: .bytes)
    case "bit", "varbit": return bits(type)
    case "point":
      let fields = [
        ConnectField("x", ConnectSchema(.float64)), ConnectField("y", ConnectSchema(.float64)),
        ConnectField("wkb", ConnectSchema(.bytes, isOptional: true)),
        ConnectField("srid", ConnectSchema(.int32, isOptional: true)),
      ]
      return structure(ConnectName.point, "Geometry (POINT)", fields, .point)
    case "geometry": return geometry(ConnectName.geometry, "Geometry")
    case "geography": return geometry(ConnectName.geography, "Geography")
    case "vector": return vector(ConnectName.doubleVector, .float64, .doubleVector)
    case "halfvec": return vector(ConnectName.floatVector, .float32, .floatVector)
    case "sparsevec":
      let pairs = ConnectSchema(.map(key: ConnectSchema(.int16), value: ConnectSchema(.float64)))
      let fields = [ConnectField("dimensions", ConnectSchema(.int16)), ConnectField("vector", pairs)]
      return structure(ConnectName.sparseDoubleVector, "Sparse vector", fields, .sparseVector)
    default: return nil
    }
  }

  private static func bits(_ type: ColumnType) -> ColumnMapping {
    // A bit string without a length is one bit if fixed, unlimited if varying.
    let length = type.length ?? (type.name == "bit" ? 1 : Int(Int32.max))
    guard length > 1 else {
      return ColumnMapping(schema: ConnectSchema(.boolean), codec: TextCodec(.bit), exportsDefault: true)
    }
    let parameters: JSONObject = ["length": .string(String(length))]
    return ColumnMapping(
      schema: ConnectSchema(.bytes, name: ConnectName.bits, version: 1, parameters: parameters),
      codec: TextCodec(.bits), exportsDefault: true)
  }

  private static func geometry(_ name: String, _ doc: String) -> ColumnMapping {
    let fields = [
      ConnectField("wkb", ConnectSchema(.bytes)), ConnectField("srid", ConnectSchema(.int32, isOptional: true)),
    ]
    return structure(name, doc, fields, .geometry)
  }

  private static func vector(
    _ name: String, _ element: ConnectSchema.Kind, _ form: TextCodec.Form
  ) -> ColumnMapping {
    ColumnMapping(
      schema: ConnectSchema(.array(ConnectSchema(element)), name: name, version: 1), codec: TextCodec(form))
  }

  private static func structure(
    _ name: String, _ doc: String, _ fields: [ConnectField], _ form: TextCodec.Form
  ) -> ColumnMapping {
    ColumnMapping(
      schema: ConnectSchema(.structure(fields), name: name, version: 1, doc: doc), codec: TextCodec(form))
  }

  private static func plain(_ kind: ConnectSchema.Kind, _ form: TextCodec.Form) -> ColumnMapping {
    ColumnMapping(schema: ConnectSchema(kind), codec: TextCodec(form), exportsDefault: true)
  }

  private static func named(
    _ kind: ConnectSchema.Kind, _ name: String, _ form: TextCodec.Form, scale: Int = 0
  ) -> ColumnMapping {
    ColumnMapping(
      schema: ConnectSchema(kind, name: name, version: 1), codec: TextCodec(form, scale: scale), exportsDefault: true)
  }
}
