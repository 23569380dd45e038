internal import ColumnCodecs
internal import EventEncoding

/// How a field's values get into a column: the binary form that is staged, the stage's type, and the expression that
/// makes the column's value of it.
struct ColumnMatch: Equatable {
  var field: CopyField
  /// The type of the staging table's column.
  var stageType: String
  /// What stands around the staged column: text before and behind it; nil: it is taken as it is.
  var conversion: (before: String, behind: String)?

  static func == (one: ColumnMatch, other: ColumnMatch) -> Bool {
    one.field == other.field && one.stageType == other.stageType
      && one.conversion?.before == other.conversion?.before && one.conversion?.behind == other.conversion?.behind
  }

  /// The column's value, of a staged column's name.
  func expression(_ staged: String) -> String {
    conversion.map { $0.before + staged + $0.behind } ?? staged
  }

  /// Nil: the column can't hold the field's values.
  static func of(_ field: EventField, _ column: CatalogTable.Column) -> ColumnMatch? {
    if let element = column.elementName {
      return array(field, column, element)
    }
    return of(field.form, typeName: column.typeName, typeKind: column.typeKind, sql: column.type)
  }

  private static func array(
    _ field: EventField, _ column: CatalogTable.Column, _ element: String
  ) -> ColumnMatch? {
    guard field.form.kind == .array, let form = field.element,
      let match = of(form, typeName: element, typeKind: column.elementKind ?? "b", sql: element)
    else { return nil }
    if match.conversion != nil {
      // Only texts are converted, so they are staged as a list of texts.
      guard match.field.kind == .text else { return nil }
      let copy = CopyField(arrayOf: match.field, oid: textOID, nullBranch: field.elementNull)
      return ColumnMatch(field: copy, stageType: "text[]", conversion: ("CAST(", " AS \(column.type))"))
    }
    let copy = CopyField(arrayOf: match.field, oid: column.elementOID, nullBranch: field.elementNull)
    return ColumnMatch(field: copy, stageType: column.type)
  }

  private static let textOID: UInt32 = 25

  private static func of(_ form: EventForm, typeName: String, typeKind: String, sql: String) -> ColumnMatch? {
    func binary(_ kind: CopyField.Kind) -> ColumnMatch {
      ColumnMatch(field: CopyField(kind, from: form), stageType: sql)
    }
    func staged(_ kind: CopyField.Kind, as type: String) -> ColumnMatch {
      ColumnMatch(field: CopyField(kind, from: form), stageType: type, conversion: ("CAST(", " AS \(sql))"))
    }
    let isNumber = form.kind == .integer
    switch typeName {
    case "int2": return isNumber ? binary(.int2) : nil
    case "int4": return isNumber ? binary(.int4) : nil
    case "int8": return isNumber ? binary(.int8) : nil
    case "oid": return isNumber ? binary(.oid) : nil
    case "float4": return isNumber || form.isFloating ? binary(.float4) : nil
    case "float8": return isNumber || form.isFloating ? binary(.float8) : nil
    case "numeric":
      if form.isFloating { return staged(.float8, as: "double precision") }
      return isNumber || form.isDecimal ? binary(.numeric) : nil
    case "money": return isNumber || form.isDecimal ? staged(.numeric, as: "numeric") : nil
    case "bool": return form.kind == .boolean ? binary(.bool) : nil
    case "bit", "varbit":
      guard form.kind == .bits || form.kind == .boolean else { return nil }
      var match = binary(.bits)
      match.field.form.scale = typeName == "varbit" ? 1 : 0
      return match
    case "text", "varchar", "bpchar", "json", "xml", "citext": return form.isText ? binary(.text) : nil
    case "jsonb": return form.isText ? binary(.jsonb) : nil
    case "bytea":
      if form.kind == .geometry { return binary(.geometry) }
      return form.kind == .bytes || form.kind == .bits ? binary(.bytea) : nil
    case "uuid": return form.kind == .text ? binary(.uuid) : nil
    case "date": return form.kind == .date || form.kind == .isoDate ? binary(.date) : nil
    case "time": return form.isTime ? binary(.time) : nil
    case "timetz": return form.kind == .zonedTime ? binary(.timetz) : nil
    case "timestamp", "timestamptz": return form.isTimestamp ? binary(.timestamp) : nil
    case "interval":
      if form.kind == .interval || form.kind == .text { return staged(.text, as: "text") }
      return form.kind == .durationMicros || form.kind == .durationNanos ? binary(.interval) : nil
    case "point": return form.kind == .point ? binary(.point) : nil
    case "geometry", "geography": return form.kind == .geometry ? binary(.geometry) : nil
    case "hstore":
      guard form.kind == .text else { return nil }
      return ColumnMatch(
        field: CopyField(.text, from: form), stageType: "text",
        conversion: (
          "(SELECT coalesce(hstore(array_agg(e.key), array_agg(e.value)), '') FROM jsonb_each_text(CAST(",
          " AS jsonb)) e)"
        ))
    default:
      // Enumerations, networks, ranges, search vectors, …: whatever the server can read from text.
      return form.isText ? staged(.text, as: "text") : nil
    }
  }
}

extension EventForm {
  var isFloating: Bool { kind == .float || kind == .double }
  var isDecimal: Bool { kind == .decimal || kind == .variableDecimal }
  /// Whether the value is UTF-8.
  var isText: Bool {
    switch kind {
    case .text, .zonedTimestamp, .zonedTime, .isoDate, .isoTime, .isoTimestamp, .interval: true
    default: false
    }
  }
  var isTime: Bool {
    switch kind {
    case .timeMillis, .timeMicros, .timeNanos, .isoTime: true
    default: false
    }
  }
  var isTimestamp: Bool {
    switch kind {
    case .timestampMillis, .timestampMicros, .timestampNanos, .zonedTimestamp, .isoTimestamp: true
    default: false
    }
  }
}
