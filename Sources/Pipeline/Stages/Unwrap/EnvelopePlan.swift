internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import JSON

/// An envelope's schema, compiled: where its rows lie, and what is added of it to the row or the headers.
final class EnvelopePlan {
  /// A field that is added: where it comes from. An object, because a row passes it by one reference.
  final class Addition {
    /// The name of what is added.
    let name: String
    /// The envelope's field, or the field of it that is a struct.
    let index: Int
    /// That struct, and the field's place in it; nil: the envelope's own field.
    let nested: (fields: NestedStruct, index: Int)?
    /// The field's schema without the null and the default.
    let inner: Schema
    /// The schema as Kafka Connect has it, for headers.
    let connect: ConnectSchema?

    init(
      name: String, index: Int, nested: (fields: NestedStruct, index: Int)?, inner: Schema, connect: ConnectSchema?
    ) {
      self.name = name
      self.index = index
      self.nested = nested
      self.inner = inner
      self.connect = connect
    }
  }

  let before: Int
  let after: Int
  let operation: Int
  /// The schema of the rows.
  let row: StageSchema
  /// The rows' fields, for the one that gives the topic.
  let rowFields: NestedStruct?
  let fieldAdditions: [Addition]
  let headerAdditions: [Addition]
  /// How many of the envelope's fields must be located.
  let limit: Int
  /// The nested structs that additions read, each with its place.
  private var structs: [(index: Int, fields: NestedStruct, limit: Int)] = []

  /// Nil: the schema is no envelope.
  init?(
    _ schema: StageSchema, _ table: SchemaTable, fields: [FieldReference], headers: [FieldReference]
  ) throws(StageFailure) {
    guard let name = schema.name, name.hasSuffix(".Envelope"), let envelope = schema.fields,
      let before = schema.index(of: "before"), let after = schema.index(of: "after"),
      let operation = schema.index(of: "op"), envelope[operation].type == .string
    else { return nil }
    self.before = before
    self.after = after
    self.operation = operation
    row = try table.made(envelope[after].inner, from: schema, isOptional: false)
    do throws(AvroError) {
      rowFields = try NestedStruct(envelope[after].inner, in: schema.avro)
    } catch { throw .record(CDCError(.stageSchema, "the envelope's schema can't be used: \(error)")) }
    guard rowFields != nil else { return nil }
    var maker = AdditionMaker(schema, envelope)
    fieldAdditions = try maker.additions(fields)
    headerAdditions = try maker.additions(headers)
    structs = maker.structs
    limit = max(before, after, operation, maker.last) + 1
  }

  /// Locates what additions read.
  func locate(in payload: StagePayload) throws(StageFailure) {
    try payload.locate(to: limit)
    for part in structs where !payload.isNull(part.index) {
      do throws(AvroError) {
        try part.fields.locate(payload.bytes, at: Int(payload.location(part.index).start), to: part.limit)
      } catch { throw payload.unreadable(error) }
    }
  }

  /// The bytes of what is added; nil: it is null.
  func value(_ addition: Addition, in payload: StagePayload) -> UnsafeRawBufferPointer? {
    if payload.isNull(addition.index) { return nil }
    guard let nested = addition.nested else { return payload.value(addition.index) }
    return nested.fields.value(nested.index, in: payload.bytes)
  }
}

/// Resolves references against an envelope's schema.
private struct AdditionMaker {
  let schema: StageSchema
  let envelope: [StageField]
  var structs: [(index: Int, fields: NestedStruct, limit: Int)] = []
  var last = 0

  init(_ schema: StageSchema, _ envelope: [StageField]) {
    self.schema = schema
    self.envelope = envelope
  }

  mutating func additions(_ references: [FieldReference]) throws(StageFailure) -> [EnvelopePlan.Addition] {
    var made: [EnvelopePlan.Addition] = []
    for reference in references {
      if let addition = try addition(reference) { made.append(addition) }
    }
    return made
  }

  /// Nil: the envelope has no such field; then nothing is added, as Debezium does.
  private mutating func addition(_ reference: FieldReference) throws(StageFailure) -> EnvelopePlan.Addition? {
    if let parent = reference.parent {
      guard let index = schema.index(of: parent) else {
        throw .field(
          "the envelope has no field \(parent), which add.fields or add.headers names", pointer: "/\(parent)")
      }
      if let place = try structure(index), let inner = structs[place].fields.index(of: reference.field) {
        structs[place].limit = max(structs[place].limit, inner + 1)
        let field = structs[place].fields.fields[inner]
        return try make(reference, index, (structs[place].fields, inner), field)
      }
    }
    guard let index = schema.index(of: reference.field) else { return nil }
    return try make(reference, index, nil, envelope[index])
  }

  private mutating func structure(_ index: Int) throws(StageFailure) -> Int? {
    if let known = structs.firstIndex(where: { $0.index == index }) { return known }
    do throws(AvroError) {
      guard let nested = try NestedStruct(envelope[index].inner, in: schema.avro) else { return nil }
      structs.append((index, nested, 0))
      return structs.count - 1
    } catch { throw .record(CDCError(.stageSchema, "the envelope's schema can't be used: \(error)")) }
  }

  private mutating func make(
    _ reference: FieldReference, _ index: Int, _ nested: (NestedStruct, Int)?, _ field: StageField
  ) throws(StageFailure) -> EnvelopePlan.Addition {
    last = max(last, index)
    do throws(AvroError) {
      var inner = try field.inner.standalone(in: schema.avro)
      inner.attributes["connect.default"] = nil
      let connect: ConnectSchema?
      do throws(CDCError) { connect = try ConnectSchema(avro: inner) } catch { connect = nil }
      return EnvelopePlan.Addition(
        name: reference.added, index: index, nested: nested.map { ($0.0, $0.1) }, inner: inner, connect: connect)
    } catch { throw .record(CDCError(.stageSchema, "the envelope's schema can't be used: \(error)")) }
  }
}
