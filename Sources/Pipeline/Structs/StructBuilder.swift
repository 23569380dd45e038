internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import JSON

/// Puts a new struct's schema and plan together, field by field.
struct StructBuilder {
  /// The struct that comes in.
  let source: StageSchema
  let sourceFields: [StageField]
  private let replacesNulls: Bool
  private var fields: [Field] = []
  private var steps: [StructPlan.Step] = []
  private var limit = 0
  private var names: Set<String> = []

  /// `replacesNulls`: nulls in fields with a default become the default (`replace.null.with.default`).
  init(_ source: StageSchema, _ sourceFields: [StageField], replacesNulls: Bool) {
    self.source = source
    self.sourceFields = sourceFields
    self.replacesNulls = replacesNulls
  }

  /// Takes a field over, perhaps under another name.
  mutating func copy(_ index: Int, as name: String? = nil) throws(StageFailure) {
    let field = sourceFields[index]
    var copied = field.field
    copied.name = name ?? field.name
    copied.aliases = []
    try add(copied)
    if replacesNulls, field.isOptional, let value = field.defaultValue {
      let bytes = try field.encoded(value, in: source)
      steps.append(.copyOr(field: index, bytes: bytes))
      need(index + 1)
    } else if case .copy(let first, let end)? = steps.last, end == index {
      steps[steps.count - 1] = .copy(first: first, end: index + 1)
    } else {
      steps.append(.copy(first: index, end: index + 1))
    }
  }

  /// Adds a field that is the same in each record.
  mutating func add(_ field: Field, bytes: [UInt8]) throws(StageFailure) {
    try add(field)
    steps.append(.bytes(bytes))
  }

  /// Adds a field that `writer` writes; it reads the first `limit` fields of the old struct.
  mutating func add(_ field: Field, reading limit: Int, _ writer: any FieldWriter) throws(StageFailure) {
    try add(field)
    steps.append(.field(writer))
    need(limit)
  }

  private mutating func add(_ field: Field) throws(StageFailure) {
    guard names.insert(field.name).inserted else {
      throw .field("the field \(field.name) would be there twice", pointer: "/\(field.name)")
    }
    fields.append(field)
  }

  private mutating func need(_ count: Int) { limit = max(limit, count) }

  /// The plan, to a struct with the old one's name and metadata; `isOptional`: whether it may be null.
  func plan(_ table: SchemaTable, isOptional: Bool = false) throws(StageFailure) -> StructPlan {
    guard let record = source.avro.record else { throw .unfit("it is no struct") }
    var avro = source.avro
    avro.kind = .record(RecordSchema(fullName: record.fullName, fields: fields, doc: record.doc))
    avro.attributes["connect.default"] = nil
    return try plan(table, avro, isOptional: isOptional)
  }

  /// The plan, to a struct with the name and metadata of `avro`.
  func plan(_ table: SchemaTable, as avro: Schema, isOptional: Bool) throws(StageFailure) -> StructPlan {
    var avro = avro
    guard let record = avro.record else { throw .unfit("it is no struct") }
    avro.kind = .record(RecordSchema(fullName: record.fullName, fields: fields, doc: record.doc))
    return try plan(table, avro, isOptional: isOptional)
  }

  /// The plan, to a struct without a name.
  func anonymousPlan(_ table: SchemaTable) throws(StageFailure) -> StructPlan {
    try plan(table, Schema(.record(RecordSchema(fullName: Anonymous.name, fields: fields))), isOptional: false)
  }

  private func plan(_ table: SchemaTable, _ avro: Schema, isOptional: Bool) throws(StageFailure) -> StructPlan {
    var limit = limit
    for step in steps {
      guard case .copy(let first, let end) = step else { continue }
      limit = max(limit, end == sourceFields.count ? first : end)
    }
    let schema = try table.made(avro, from: source, isOptional: isOptional)
    return StructPlan(schema, steps, fieldCount: sourceFields.count, limit: limit)
  }
}

/// Structs without a name, as Confluent's converter names their records.
enum Anonymous {
  static let name = "io.confluent.connect.avro.ConnectDefault"
}

extension SchemaTable {
  /// The one object of a schema that a stage made of another one's parts: a type that was defined in a part that is
  /// gone is defined where it stands first now.
  func made(_ avro: Schema, from source: StageSchema, isOptional: Bool) throws(StageFailure) -> StageSchema {
    do throws(AvroError) {
      return try schema(try avro.standalone(in: source.avro), isOptional: isOptional)
    } catch {
      throw .record(CDCError(.stageSchema, "the schema behind the stage can't be used: \(error)"))
    }
  }
}

extension StageField {
  /// A value as it stands in a schema, written as a value of the field that is not null.
  func encoded(_ value: JSONValue, in root: StageSchema) throws(StageFailure) -> [UInt8] {
    do throws(AvroError) {
      let codec = try ValueCodec(try inner.standalone(in: root.avro))
      let bytes = try codec.encodeDefault(value)
      return isOptional ? [UInt8(valueBranch << 1)] + bytes : bytes
    } catch {
      throw .record(CDCError(.stageSchema, "the default of the field \(name) is not one of its values"))
    }
  }
}

extension Field {
  /// A field with the schema that Confluent's converter makes of one of Kafka Connect's.
  init(_ name: String, _ connect: ConnectSchema) {
    var value = connect.defaultValue?.avroJSON
    if value == nil, connect.isOptional { value = .some(.null) }
    self.init(name: name, schema: connect.avro, defaultValue: value)
  }
}
