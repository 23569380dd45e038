internal import Avro
internal import ColumnCodecs
internal import JSON

/// Reads fields out of Avro schemas; knows the named types of the schema that it reads.
struct SchemaReading {
  private var named: [String: Schema] = [:]

  /// Knows every record, enumeration and fixed of `root`.
  init(_ root: Schema) { collect(root) }

  /// The schema itself where `schema` is only a name; nil if the name is not known.
  func resolved(_ schema: Schema) -> Schema? {
    guard case .reference(let name) = schema.kind else { return schema }
    return named[name] ?? named.first { $0.key.hasSuffix("." + name) }?.value
  }

  /// A union of null and one other: which branch is null (-1: no union), and the other. Nil for any other union.
  func optional(_ schema: Schema) -> (nullBranch: Int8, schema: Schema)? {
    guard case .union(let branches) = schema.kind else { return resolved(schema).map { (-1, $0) } }
    guard branches.count == 2, let null = branches.firstIndex(where: { $0.kind == .null }) else { return nil }
    return resolved(branches[1 - null]).map { (Int8(null), $0) }
  }

  /// What a field's schema says; nil where it is a union that Kafka Connect does not write.
  func field(_ name: String, _ schema: Schema) -> EventField {
    guard let (nullBranch, inner) = optional(schema) else { return EventField(name: name, form: EventForm(.other)) }
    var field = EventField(name: name, form: form(inner))
    field.isOptional = nullBranch >= 0
    field.semanticName = inner.attributes["connect.name"]?.string
    field.defaultValue = inner.attributes["connect.default"]
    for member in inner.attributes["connect.parameters"]?.object?.members ?? [] {
      field.parameters[member.name] = member.value.string
    }
    if case .array(let items) = inner.kind {
      guard let (elementNull, item) = optional(items) else {
        field.form = EventForm(.other)
        return field
      }
      let element = form(item)
      field.element = element
      field.elementNull = elementNull
      field.elementName = item.attributes["connect.name"]?.string
      if element.kind == .array || element.kind == .other { field.form = EventForm(.other) }
    }
    return field
  }

  private mutating func collect(_ schema: Schema) {
    switch schema.kind {
    case .record(let record):
      guard named[record.fullName] == nil else { return }
      named[record.fullName] = schema
      for field in record.fields { collect(field.schema) }
    case .enumeration, .fixed: if let name = schema.fullName { named[name] = schema }
    case .array(let items): collect(items)
    case .map(let values): collect(values)
    case .union(let branches): for branch in branches { collect(branch) }
    default: break
    }
  }

  private func form(_ schema: Schema) -> EventForm {
    let name = schema.attributes["connect.name"]?.string
    switch schema.kind {
    case .boolean: return EventForm(.boolean)
    case .int, .long: return number(schema, name)
    case .float: return EventForm(.float)
    case .double: return EventForm(.double)
    case .string: return EventForm(Self.texts[name ?? ""] ?? .text)
    case .bytes: return bytes(schema, name)
    case .array: return EventForm(.array)
    case .record(let record):
      switch name ?? record.fullName {
      case "io.debezium.data.VariableScaleDecimal": return EventForm(.variableDecimal)
      case "io.debezium.data.geometry.Point": return EventForm(.point)
      case "io.debezium.data.geometry.Geometry", "io.debezium.data.geometry.Geography": return EventForm(.geometry)
      default: return EventForm(.other)
      }
    default: return EventForm(.other)
    }
  }

  private func number(_ schema: Schema, _ name: String?) -> EventForm {
    if let name, let kind = Self.numbers[name] { return EventForm(kind) }
    if name == nil, let logical = schema.logicalType, let kind = Self.logicalNumbers[logical] {
      return EventForm(kind)
    }
    switch schema.attributes["connect.type"]?.string {
    case "int8": return EventForm(.integer, length: 8)
    case "int16": return EventForm(.integer, length: 16)
    default: return EventForm(.integer, length: schema.kind == .int ? 32 : 64)
    }
  }

  private func bytes(_ schema: Schema, _ name: String?) -> EventForm {
    let parameters = schema.attributes["connect.parameters"]?.object
    if name == "org.apache.kafka.connect.data.Decimal" || schema.logicalType == "decimal" {
      let scale = parameters?["scale"]?.string.flatMap { Int($0) } ?? schema.attributes["scale"]?.int ?? 0
      // The converter writes 64 where it does not know a precision.
      let known = parameters?["connect.decimal.precision"]?.string.flatMap { Int($0) }
      let written = schema.attributes["precision"]?.int ?? 0
      return EventForm(.decimal, scale: scale, length: known ?? (written == 64 ? 0 : written))
    }
    if name == "io.debezium.data.Bits" {
      return EventForm(.bits, length: parameters?["length"]?.string.flatMap { Int($0) } ?? 0)
    }
    return EventForm(.bytes)
  }

  private static let texts: [String: EventForm.Kind] = [
    "io.debezium.time.ZonedTimestamp": .zonedTimestamp, "io.debezium.time.ZonedTime": .zonedTime,
    "io.debezium.time.IsoDate": .isoDate, "io.debezium.time.IsoTime": .isoTime,
    "io.debezium.time.IsoTimestamp": .isoTimestamp, "io.debezium.time.Interval": .interval,
  ]
  private static let numbers: [String: EventForm.Kind] = [
    "org.apache.kafka.connect.data.Date": .date, "org.apache.kafka.connect.data.Time": .timeMillis,
    "org.apache.kafka.connect.data.Timestamp": .timestampMillis, "io.debezium.time.Date": .date,
    "io.debezium.time.Time": .timeMillis, "io.debezium.time.MicroTime": .timeMicros,
    "io.debezium.time.NanoTime": .timeNanos, "io.debezium.time.Timestamp": .timestampMillis,
    "io.debezium.time.MicroTimestamp": .timestampMicros, "io.debezium.time.NanoTimestamp": .timestampNanos,
    "io.debezium.time.MicroDuration": .durationMicros, "io.debezium.time.NanoDuration": .durationNanos,
  ]
  private static let logicalNumbers: [String: EventForm.Kind] = [
    "date": .date, "time-millis": .timeMillis, "time-micros": .timeMicros, "timestamp-millis": .timestampMillis,
    "timestamp-micros": .timestampMicros,
  ]
}
