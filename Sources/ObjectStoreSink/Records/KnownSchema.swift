internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import JSON

/// A schema of records with what was compiled from it, once.
final class KnownSchema {
  /// As the registry has it.
  let avro: Schema
  /// What stands in container files.
  let written: Schema
  /// Passes over a value, which proves that its bytes are whole.
  let plan: SkipPlan
  /// As Kafka Connect has it; nil: it can't.
  let connect: ConnectSchema?
  /// What tells older from newer ones of a topic; nil: nothing does.
  let version: Int?
  /// Its JSON text, made when it is first asked for.
  private(set) lazy var text = written.text
  private var programs: [JSONStyle: JSONProgram] = [:]
  private var paths: [String: FieldPath] = [:]
  private var projections: [ObjectIdentifier: SchemaProjection] = [:]

  /// `id` is that of a registry.
  init(_ avro: Schema, id: Int32? = nil) throws(CDCError) {
    self.avro = avro
    do throws(AvroError) { plan = try SkipPlan(avro) } catch {
      throw CDCError(.schemaNotUsable, "a schema can't be used", cause: error.description)
    }
    // Kafka Connect writes the schema that it makes of its own; where that takes the same bytes, it is what its users
    // find in their files.
    let connect = try? ConnectSchema(avro: avro)
    self.connect = connect
    version = id.map { Int($0) } ?? connect?.version
    written = connect.map(\.avro).flatMap { SchemaForm.isSame($0, avro) ? $0 : nil } ?? avro
  }

  /// Kafka Connect's name of it; nil: it has none.
  var connectName: String? { connect?.name }

  /// Rewrites values of it for another schema.
  func projection(to other: KnownSchema) throws(RecordRefusal) -> SchemaProjection {
    if let known = projections[ObjectIdentifier(other)] { return known }
    let made = try SchemaProjection(self, to: other)
    projections[ObjectIdentifier(other)] = made
    return made
  }

  /// Whether a record of `other` may go into a file of this schema as it is.
  func isSame(as other: KnownSchema) -> Bool { self === other || written == other.written }

  /// The program that writes its values as JSON.
  func program(_ style: JSONStyle) throws(RecordRefusal) -> JSONProgram {
    if let known = programs[style] { return known }
    let made = try JSONProgram(avro, style)
    programs[style] = made
    return made
  }

  /// The way to a field, names separated by dots.
  func path(_ name: String) throws(RecordRefusal) -> FieldPath {
    if let known = paths[name] { return known }
    let made = try FieldPath(name, in: avro)
    paths[name] = made
    return made
  }
}

/// Compares what schemas say about bytes.
enum SchemaForm {
  /// Whether values of both have the same bytes and the same names; attributes may differ.
  static func isSame(_ one: Schema, _ other: Schema) -> Bool {
    switch (one.kind, other.kind) {
    case (.array(let one), .array(let other)), (.map(let one), .map(let other)): isSame(one, other)
    case (.union(let one), .union(let other)): one.count == other.count && zip(one, other).allSatisfy { isSame($0, $1) }
    case (.record(let one), .record(let other)):
      one.fullName == other.fullName && one.fields.count == other.fields.count
        && zip(one.fields, other.fields).allSatisfy { $0.name == $1.name && isSame($0.schema, $1.schema) }
    case (.enumeration(let one), .enumeration(let other)): one == other
    case (.fixed(let one), .fixed(let other)): one == other
    case (let one, let other): one == other
    }
  }
}
