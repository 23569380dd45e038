internal import ColumnCodecs
internal import EventEncoding

/// The types of columns that `auto.create` and `auto.evolve` make.
struct ColumnTypes {
  /// The schema of PostGIS where `geometry` is there; nil: geometries become bytea.
  var postgis: String?

  /// The type as SQL; nil: the field can't be a column.
  func sql(_ field: EventField) -> String? {
    declared(field) ?? semantic(field.form, field.semanticName, field)
  }

  private func semantic(_ form: EventForm, _ name: String?, _ field: EventField) -> String? {
    switch form.kind {
    case .boolean: return "boolean"
    case .integer: return form.length <= 16 ? "smallint" : form.length <= 32 ? "integer" : "bigint"
    case .float: return "real"
    case .double: return "double precision"
    case .text:
      switch name {
      case "io.debezium.data.Json": return "jsonb"
      case "io.debezium.data.Xml": return "xml"
      case "io.debezium.data.Uuid": return "uuid"
      case "io.debezium.data.Tsvector": return "tsvector"
      default: return "text"
      }
    case .bytes: return "bytea"
    case .decimal:
      let precision = Int(form.length)
      let scale = Int(form.scale)
      return (1...1000).contains(precision) && (0...precision).contains(scale)
        ? "numeric(\(precision),\(scale))" : "numeric"
    case .variableDecimal: return "numeric"
    case .date, .isoDate: return "date"
    case .timeMillis, .timeMicros, .timeNanos, .isoTime: return "time"
    case .timestampMillis, .timestampMicros, .timestampNanos, .isoTimestamp: return "timestamp"
    case .zonedTimestamp: return "timestamptz"
    case .zonedTime: return "timetz"
    case .durationMicros, .durationNanos, .interval: return "interval"
    case .bits: return form.length > 0 && form.length < Int32.max ? "bit varying(\(form.length))" : "bit varying"
    case .point: return "point"
    case .geometry:
      let type = name == "io.debezium.data.geometry.Geography" ? "geography" : "geometry"
      return postgis.map { "\($0).\(type)" } ?? "bytea"
    case .array:
      guard let element = field.element, let type = semantic(element, field.elementName, field) else { return nil }
      return type + "[]"
    case .other: return nil
    }
  }

  // MARK: - Exact types

  /// The source column's own type, where the schema's parameters tell it (`column.propagate.source.type`) and it is one
  /// that holds the field's values.
  private func declared(_ field: EventField) -> String? {
    guard let name = field.parameters["__debezium.source.column.type"]?.uppercased() else { return nil }
    let length = field.parameters["__debezium.source.column.length"].flatMap { Int($0) }
    let scale = field.parameters["__debezium.source.column.scale"].flatMap { Int($0) }
    if name.hasPrefix("_") {
      guard field.form.kind == .array, let element = Self.types[String(name.dropFirst())] else { return nil }
      let type = element.sql(length: nil, scale: nil)
      return element.takes(field.element) ? type + "[]" : nil
    }
    guard let type = Self.types[name], type.takes(field.form) else { return nil }
    return type.sql(length: length, scale: scale)
  }

  private struct Exact {
    var name: String
    var modifier: Modifier = .none
    var forms: [EventForm.Kind]

    enum Modifier { case none, length, numeric, precision, fixedLength }

    func takes(_ form: EventForm?) -> Bool { form.map { forms.contains($0.kind) } ?? false }

    func sql(length: Int?, scale: Int?) -> String {
      switch modifier {
      case .none: return name
      case .length:
        guard let length, length > 0, length <= 10_485_760 else { return name }
        return "\(name)(\(length))"
      case .fixedLength: return "\(name)(\(max(length ?? 1, 1)))"
      case .numeric:
        guard let length, (1...1000).contains(length) else { return name }
        return "\(name)(\(length),\(scale ?? 0))"
      case .precision:
        guard let scale, (0..<6).contains(scale) else { return name }
        let parts = name.split(separator: " ", maxSplits: 1)
        return "\(parts[0])(\(scale))" + (parts.count > 1 ? " \(parts[1])" : "")
      }
    }
  }

  private static let times: [EventForm.Kind] = [.timeMillis, .timeMicros, .timeNanos, .isoTime]
  private static let stamps: [EventForm.Kind] = [.timestampMillis, .timestampMicros, .timestampNanos, .isoTimestamp]
  private static let durations: [EventForm.Kind] = [.durationMicros, .durationNanos, .interval]
  private static let types: [String: Exact] = [
    "INT2": Exact(name: "smallint", forms: [.integer]), "SMALLSERIAL": Exact(name: "smallint", forms: [.integer]),
    "INT4": Exact(name: "integer", forms: [.integer]), "SERIAL": Exact(name: "integer", forms: [.integer]),
    "INT8": Exact(name: "bigint", forms: [.integer]), "BIGSERIAL": Exact(name: "bigint", forms: [.integer]),
    "OID": Exact(name: "oid", forms: [.integer]),
    "FLOAT4": Exact(name: "real", forms: [.float, .double]),
    "FLOAT8": Exact(name: "double precision", forms: [.float, .double]),
    "NUMERIC": Exact(
      name: "numeric", modifier: .numeric, forms: [.decimal, .variableDecimal, .float, .double, .integer]),
    "MONEY": Exact(name: "money", forms: [.decimal]),
    "BOOL": Exact(name: "boolean", forms: [.boolean]),
    "BIT": Exact(name: "bit", modifier: .fixedLength, forms: [.bits, .boolean]),
    "VARBIT": Exact(name: "bit varying", modifier: .length, forms: [.bits, .boolean]),
    "TEXT": Exact(name: "text", forms: [.text]),
    "VARCHAR": Exact(name: "varchar", modifier: .length, forms: [.text]),
    "BPCHAR": Exact(name: "character", modifier: .fixedLength, forms: [.text]),
    "CHAR": Exact(name: "\"char\"", forms: [.text]), "NAME": Exact(name: "name", forms: [.text]),
    "JSON": Exact(name: "json", forms: [.text]), "JSONB": Exact(name: "jsonb", forms: [.text]),
    "XML": Exact(name: "xml", forms: [.text]), "UUID": Exact(name: "uuid", forms: [.text]),
    "BYTEA": Exact(name: "bytea", forms: [.bytes]), "DATE": Exact(name: "date", forms: [.date, .isoDate]),
    "TIME": Exact(name: "time", modifier: .precision, forms: times),
    "TIMETZ": Exact(name: "time with time zone", modifier: .precision, forms: [.zonedTime]),
    "TIMESTAMP": Exact(name: "timestamp", modifier: .precision, forms: stamps),
    "TIMESTAMPTZ": Exact(name: "timestamp with time zone", modifier: .precision, forms: [.zonedTimestamp]),
    "INTERVAL": Exact(name: "interval", forms: durations), "INET": Exact(name: "inet", forms: [.text]),
    "CIDR": Exact(name: "cidr", forms: [.text]), "MACADDR": Exact(name: "macaddr", forms: [.text]),
    "MACADDR8": Exact(name: "macaddr8", forms: [.text]), "TSVECTOR": Exact(name: "tsvector", forms: [.text]),
    "INT4RANGE": Exact(name: "int4range", forms: [.text]), "INT8RANGE": Exact(name: "int8range", forms: [.text]),
    "NUMRANGE": Exact(name: "numrange", forms: [.text]), "TSRANGE": Exact(name: "tsrange", forms: [.text]),
    "TSTZRANGE": Exact(name: "tstzrange", forms: [.text]), "DATERANGE": Exact(name: "daterange", forms: [.text]),
    "POINT": Exact(name: "point", forms: [.point]),
  ]
}
