internal import Avro
internal import ChangeModel
internal import EventEncoding

/// The schemas of a pipeline by number. Schemas that a stage made have ids of their own, which no registry gives
/// (negative ones), so that sinks read the records like any others. It belongs to the pipeline's thread.
final class SchemaTable {
  private(set) var schemas: [StageSchema] = []
  private var numbers: [Identity: Int32] = [:]

  private struct Identity: Hashable {
    var avro: Schema
    var isOptional: Bool
  }

  /// The one object of a schema; a union of null and one other at the top is taken apart. Throws where a name in it is
  /// not defined.
  func schema(_ wire: Schema) throws(AvroError) -> StageSchema {
    guard let branches = wire.branches, branches.count == 2,
      let null = branches.firstIndex(where: { $0.kind == .null })
    else { return try schema(wire, isOptional: false) }
    return try schema(try branches[1 - null].standalone(in: wire), isOptional: true)
  }

  func schema(_ avro: Schema, isOptional: Bool) throws(AvroError) -> StageSchema {
    let identity = Identity(avro: avro, isOptional: isOptional)
    if let number = numbers[identity] { return schemas[Int(number)] }
    let made = try StageSchema(number: Int32(schemas.count), avro: avro, isOptional: isOptional)
    schemas.append(made)
    numbers[identity] = made.number
    return made
  }

  /// The id of records with a schema of the table.
  static func id(ofNumber number: Int32) -> Int32 { Int32.min + number }

  /// The number behind an id; nil: it is a registry's.
  func number(ofID id: Int32) -> Int32? {
    guard id < 0 else { return nil }
    let number = id &- Int32.min
    return schemas.indices.contains(Int(number)) ? number : nil
  }
}

/// Resolves the ids in a pipeline's records: a registry's, and those of schemas that stages made.
final class PipelineSchemas: SchemaSource, @unchecked Sendable {
  // It is used on the pipeline's thread only.
  private let table: SchemaTable
  private let registry: any SchemaSource

  init(_ table: SchemaTable, _ registry: any SchemaSource) {
    self.table = table
    self.registry = registry
  }

  func schema(id: Int32) throws(CDCError) -> Schema {
    if let number = table.number(ofID: id) { return table.schemas[Int(number)].avro }
    return try registry.schema(id: id)
  }
}
