internal import Avro
internal import ChangeModel
internal import JSON

/// Rewrites values of one schema for another that has other fields: what the other lacks is dropped, what it has more takes
/// its default. The slow way, for the few records around a change of schema.
final class SchemaProjection {
  private let from: ValueCodec
  private let to: ValueCodec
  private let source: Schema
  private let target: Schema
  private var room = ByteBuffer(capacity: 64)

  init(_ from: KnownSchema, to: KnownSchema) throws(RecordRefusal) {
    source = from.avro
    target = to.avro
    do throws(AvroError) {
      self.from = try ValueCodec(from.avro)
      self.to = try ValueCodec(to.avro)
    } catch {
      throw .task(.objectFormat, "has a schema that can't be projected: \(error.message)")
    }
  }

  /// The value's bytes in the other schema; valid until the next one.
  func project(_ bytes: UnsafeRawBufferPointer) throws(RecordRefusal) -> UnsafeRawBufferPointer {
    do throws(AvroError) {
      let value = try from.decode(bytes)
      let projected = try to.encode(try fitted(value, source, target))
      room.removeAll()
      room.append(projected)
      return room.bytes
    } catch {
      throw .task(.objectFormat, "can't be projected to the schema of its file: \(error.message)")
    }
  }

  private func fitted(_ value: JSONValue, _ from: Schema, _ to: Schema) throws(AvroError) -> JSONValue {
    let from = try Self.inner(from, in: source)
    let to = try Self.inner(to, in: target)
    switch (from.kind, to.kind, value) {
    case (.record(let from), .record(let to), .object(let object)):
      var members: [JSONObject.Member] = []
      for field in to.fields {
        guard let known = from[field.name], let value = object[field.name] else {
          // Without a default that Avro knows, an optional field is null.
          if field.defaultValue == nil { members.append(.init(field.name, .null)) }
          continue
        }
        members.append(.init(field.name, try fitted(value, known.schema, field.schema)))
      }
      return .object(JSONObject(members))
    case (.array(let from), .array(let to), .array(let items)):
      var fittedItems: [JSONValue] = []
      for item in items { fittedItems.append(try fitted(item, from, to)) }
      return .array(fittedItems)
    case (.map(let from), .map(let to), .object(let object)):
      var members: [JSONObject.Member] = []
      for member in object.members { members.append(.init(member.name, try fitted(member.value, from, to))) }
      return .object(JSONObject(members))
    default: return value
    }
  }

  /// The schema behind a name, or behind a union with null.
  private static func inner(_ schema: Schema, in root: Schema) throws(AvroError) -> Schema {
    let resolved = try schema.resolved(in: root)
    guard let branches = resolved.branches, branches.count == 2,
      let value = branches.first(where: { $0.kind != .null })
    else { return resolved }
    return try value.resolved(in: root)
  }
}
