internal import Avro
public import ChangeModel
public import EventEncoding

/// Validates records' keys or values in Confluent's wire format, by a JSON Schema. It belongs to one thread.
public final class RowValidator {
  /// What came of a record.
  public enum Outcome: Sendable {
    /// It is valid, or there is no row in it.
    case valid
    /// It violates these rules.
    case violated([Violation])
    /// It can't be decoded.
    case undecodable(CDCError)
  }

  private let schema: JSONSchema
  private let target: ValidationTarget
  private let instance = Instance()
  private var plans: [Int32: ValidationPlan] = [:]
  private var lastID: Int32 = -1
  private var lastPlan: ValidationPlan?

  /// A validator of what `target` says.
  public init(_ schema: JSONSchema, target: ValidationTarget) {
    self.schema = schema
    self.target = target
  }

  /// Validates the bytes of a key or value; `schemas` resolves the id in them. Throws where the registry can't answer.
  public func validate(
    _ wire: UnsafeRawBufferPointer, _ schemas: any SchemaSource
  ) throws(CDCError) -> Outcome {
    guard wire.count >= 5, wire[0] == 0 else {
      return .undecodable(
        CDCError(.validationUndecodable, "the \(targetName) does not begin with a schema id (wire format)"))
    }
    let id = Int32(bigEndian: wire.loadUnaligned(fromByteOffset: 1, as: Int32.self))
    let plan: ValidationPlan
    if id == lastID, let lastPlan {
      plan = lastPlan
    } else {
      let schema = try schemas.schema(id: id)
      do throws(AvroError) {
        plan = try self.plan(id, schema)
      } catch {
        return .undecodable(CDCError(.validationUndecodable, "schema \(id) can't be used: \(error)"))
      }
    }
    do throws(AvroError) {
      return try validate(UnsafeRawBufferPointer(rebasing: wire[5...]), plan)
    } catch {
      return .undecodable(
        CDCError(.validationUndecodable, "the \(targetName) is not a value of schema \(id): \(error.message)"))
    }
  }

  private var targetName: String { target == .key ? "key" : "value" }

  private func plan(_ id: Int32, _ schema: Schema) throws(AvroError) -> ValidationPlan {
    let plan: ValidationPlan
    if let known = plans[id] {
      plan = known
    } else {
      plan = try ValidationPlan(schema, target, SchemaView(self.schema.program))
    }
    plans[id] = plan
    lastID = id
    lastPlan = plan
    return plan
  }

  private func validate(_ payload: UnsafeRawBufferPointer, _ plan: ValidationPlan) throws(AvroError) -> Outcome {
    instance.reset()
    var reader = AvroReader(payload)
    if let passing = plan.passing {
      var head = RowReader(passing, reader, instance)
      try head.skip(passing.root, 0)
      reader = head.reader
    }
    if plan.nullBranch >= 0, try reader.readBranch(of: plan.branchCount) == plan.nullBranch { return .valid }
    var rows = RowReader(plan.program, reader, instance)
    try rows.read()
    if plan.deletedMember >= 0, isDeleted(plan.deletedMember) { return .valid }
    if schema.isValid(instance) { return .valid }
    var violations = schema.violations(of: instance)
    if !plan.prefix.isEmpty {
      for index in violations.indices { violations[index].pointer = plan.prefix + violations[index].pointer }
    }
    return .violated(violations)
  }

  /// Whether a flat row is a delete that was rewritten: `__deleted` is "true".
  private func isDeleted(_ member: Int) -> Bool {
    var at = 1
    for _ in 0..<member { at = Int(instance.items[at + 1].next) }
    let value = instance.items[at + 1]
    return value.kind == .string && value.text.elementsEqual("true".utf8)
      || value.kind == .boolean && value.payload == 1
  }
}
