internal import Avro
internal import ChangeModel
internal import EventEncoding
internal import JSON

/// The way to a field of a value, through structs in structs.
struct FieldPath {
  /// A field's value.
  enum Value: Equatable {
    case null
    case integer(Int64)
    case text(String)
    case boolean(Bool)
    /// Of a type that names no folder and no time.
    case other
  }

  private struct Step {
    var locator: FieldLocator
    var field: Int
    /// The branch with the value; -1: no union.
    var branch: Int32
  }

  private let steps: [Step]
  private let leaf: Schema
  /// What stands for null: the field's default, as Kafka Connect has it.
  private let fallback: Value
  /// Whether it is Kafka Connect's Timestamp.
  let isTimestamp: Bool

  init(_ name: String, in root: Schema) throws(RecordRefusal) {
    var steps: [Step] = []
    var schema = root
    var fallback = Value.null
    for part in name.split(separator: ".", omittingEmptySubsequences: false) {
      do throws(AvroError) {
        let locator = try FieldLocator(schema, in: root)
        guard let index = locator.record.index(of: String(part)) else { throw AvroError("no such field") }
        let field = locator.record.fields[index]
        var branch: Int32 = -1
        schema = field.schema
        if let branches = schema.branches {
          guard branches.count == 2, let place = branches.firstIndex(where: { $0.kind != .null }) else {
            throw AvroError("a union")
          }
          branch = Int32(place)
          schema = branches[place]
        }
        schema = try schema.resolved(in: root)
        fallback = Self.value(of: field.defaultValue)
        steps.append(Step(locator: locator, field: index, branch: branch))
      } catch {
        throw .task(.objectNoPartition, "has a schema without the field \(name)")
      }
    }
    self.steps = steps
    self.fallback = fallback
    leaf = schema
    isTimestamp =
      schema.logicalType == "timestamp-millis" || schema.attributes["connect.name"]?.string == ConnectName.timestamp
  }

  /// The field's value in the Avro bytes of a value.
  func value(in bytes: UnsafeRawBufferPointer) -> Value {
    var body = bytes
    for step in steps {
      do throws(AvroError) {
        guard let found = try Self.locate(step, in: body) else { return fallback }
        body = found
      } catch {
        return .other
      }
    }
    var reader = AvroReader(body)
    switch leaf.kind {
    case .int, .long: return (try? reader.readLong()).map { .integer($0) } ?? .other
    case .boolean: return (try? reader.readBoolean()).map { .boolean($0) } ?? .other
    case .string:
      return (try? reader.readBytes()).flatMap { String(validating: $0, as: UTF8.self) }.map { .text($0) } ?? .other
    case .enumeration(let symbols):
      guard let index = try? reader.readInt(), symbols.symbols.indices.contains(Int(index)) else { return .other }
      return .text(symbols.symbols[Int(index)])
    default: return .other
    }
  }

  private static func locate(_ step: Step, in bytes: UnsafeRawBufferPointer) throws(AvroError)
    -> UnsafeRawBufferPointer?
  {
    let count = max(step.locator.count, 1)
    let found = try withUnsafeTemporaryAllocation(of: FieldLocator.Location.self, capacity: count) {
      room throws(AvroError) in
      var reader = AvroReader(bytes)
      guard let base = room.baseAddress else { throw AvroError("no room") }
      try step.locator.locate(&reader, into: base)
      return base[step.field]
    }
    if step.branch >= 0, found.branch != step.branch { return nil }
    let start = Int(found.start)
    return UnsafeRawBufferPointer(rebasing: bytes[start..<(start + Int(found.length))])
  }

  private static func value(of json: JSONValue?) -> Value {
    switch json {
    case .number(let text): Int64(text).map { .integer($0) } ?? .other
    case .string(let text): .text(text)
    case .bool(let flag): .boolean(flag)
    default: .null
    }
  }
}
