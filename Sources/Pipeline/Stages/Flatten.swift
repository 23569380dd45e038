internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import JSON
internal import Settings

/// Kafka Connect's `Flatten`: the fields of structs inside of a struct become its own, with both names.
final class Flatten: RecordStage {
  static let type = StageType.sided(
    "Flatten", [KeyDefinition("delimiter", default: ".", "What stands between the names.")]
  ) { order throws(StageProblem) in Flatten(order) }

  let className: String
  var sides: RecordSides { side.sides }
  private let side: RecordSide
  private let delimiter: String
  private let schemas: SchemaTable
  private var plans = PlanCache<FlattenPlan>()

  init(_ order: StageOrder) {
    className = order.className
    side = order.side
    delimiter = order.config.string("delimiter")
    schemas = order.schemas
  }

  func apply(_ record: StageRecord) throws(StageFailure) {
    guard let (payload, schema, _) = try record.structure(side, for: "flattening") else { return }
    let plan = try plans.plan(schema) { schema throws(StageFailure) in
      try FlattenPlan(schema, schemas, delimiter: delimiter)
    }
    try payload.write(plan.schema) { bytes, out throws(StageFailure) in
      do throws(AvroError) { try plan.write(bytes, to: &out) } catch { throw payload.unreadable(error) }
    }
  }
}

/// A struct's schema with structs inside, compiled to be written flat.
final class FlattenPlan {
  /// A field of the old struct.
  private enum Node {
    case leaf(Leaf)
    case structure(nullBranch: Int32, nodes: [Node])
  }

  private struct Leaf {
    var nullBranch: Int32
    var skip: SkipPlan
    /// What stands before a value in the new union; nil: it can't be null.
    var valueBranch: UInt8?
    var nullBytes: [UInt8]
    /// What stands for its own null: its default.
    var ownNull: [UInt8]
  }

  /// The flat schema.
  private(set) var schema: StageSchema
  private let nodes: [Node]

  init(_ source: StageSchema, _ table: SchemaTable, delimiter: String) throws(StageFailure) {
    var maker = Maker(source: source, delimiter: delimiter)
    nodes = try maker.nodes(source.fields ?? [], prefix: "", isOptional: source.isOptional)
    var avro = source.avro
    avro.kind = .record(
      RecordSchema(fullName: source.avro.fullName ?? Anonymous.name, fields: maker.fields, doc: source.avro.record?.doc)
    )
    avro.attributes["connect.default"] = nil
    schema = try table.made(avro, from: source, isOptional: false)
  }

  /// Appends the flat struct of `bytes`.
  func write(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) throws(AvroError) {
    var reader = AvroReader(bytes)
    for node in nodes { try write(node, &reader, to: &out) }
  }

  private func write(_ node: Node, _ reader: inout AvroReader, to out: inout ByteBuffer) throws(AvroError) {
    switch node {
    case .structure(let nullBranch, let nodes):
      if nullBranch >= 0, try reader.readBranch(of: 2) == Int(nullBranch) { return writeNull(node, to: &out) }
      for node in nodes { try write(node, &reader, to: &out) }
    case .leaf(let leaf):
      if leaf.nullBranch >= 0, try reader.readBranch(of: 2) == Int(leaf.nullBranch) { return out.append(leaf.ownNull) }
      if let branch = leaf.valueBranch { out.append(branch) }
      let start = reader.position
      try leaf.skip.skip(&reader)
      out.append(UnsafeRawBufferPointer(rebasing: reader.bytes[start..<reader.position]))
    }
  }

  /// A struct that is null: all of its fields are.
  private func writeNull(_ node: Node, to out: inout ByteBuffer) {
    switch node {
    case .leaf(let leaf): out.append(leaf.nullBytes)
    case .structure(_, let nodes): for node in nodes { writeNull(node, to: &out) }
    }
  }

  private struct Maker {
    let source: StageSchema
    let delimiter: String
    var fields: [Field] = []
    var names: Set<String> = []
    var open: Set<String> = []

    mutating func nodes(_ fields: [StageField], prefix: String, isOptional: Bool) throws(StageFailure) -> [Node] {
      var nodes: [Node] = []
      for field in fields {
        let name = prefix.isEmpty ? field.name : prefix + delimiter + field.name
        let mayBeNull = isOptional || field.isOptional
        switch field.type {
        case .structure:
          guard let record = field.inner.record else { continue }
          guard open.insert(record.fullName).inserted else {
            throw .unfit("the field \(name) is a struct that contains itself", pointer: "/\(name)")
          }
          defer { open.remove(record.fullName) }
          var inner: [StageField] = []
          do throws(AvroError) {
            for field in record.fields { inner.append(try StageField(field, in: source.avro)) }
          } catch { throw .record(CDCError(.stageSchema, "the schema can't be used: \(error)")) }
          let parts = try self.nodes(inner, prefix: name, isOptional: mayBeNull)
          nodes.append(.structure(nullBranch: field.nullBranch, nodes: parts))
        case .array, .map, .union:
          throw .unfit("the field \(name) of type \(field.type.name) can't be flattened", pointer: "/\(name)")
        default: nodes.append(.leaf(try leaf(field, name, mayBeNull)))
        }
      }
      return nodes
    }

    private mutating func leaf(_ field: StageField, _ name: String, _ mayBeNull: Bool) throws(StageFailure) -> Leaf {
      guard names.insert(name).inserted else {
        throw .field("the field \(name) would be there twice", pointer: "/\(name)")
      }
      let hasDefault = field.defaultValue != nil
      var schema = field.inner
      var value = field.defaultValue
      if mayBeNull {
        schema = Schema(.union(hasDefault ? [field.inner, Schema(.null)] : [Schema(.null), field.inner]))
        if !hasDefault { value = .some(.null) }
      }
      fields.append(Field(name: name, schema: schema, defaultValue: value))
      let nullBytes: [UInt8] = [hasDefault ? 2 : 0]
      var ownNull = nullBytes
      if field.isOptional, let value = field.defaultValue {
        ownNull = [0] + (try field.encoded(value, in: source).dropFirst())
      }
      do throws(AvroError) {
        return Leaf(
          nullBranch: field.nullBranch, skip: try SkipPlan(try field.inner.standalone(in: source.avro)),
          valueBranch: mayBeNull ? (hasDefault ? 0 : 2) : nil, nullBytes: nullBytes, ownNull: ownNull)
      } catch { throw .record(CDCError(.stageSchema, "the schema can't be used: \(error)")) }
    }
  }
}
