internal import ChangeModel
internal import EventEncoding
internal import JSON

/// When a record of another schema than its file's closes the file (`schema.compatibility`), by the rules of Confluent's
/// StorageSchemaCompatibility. What does not close it is projected to the file's schema.
///
/// A schema's version is its id in the registry, which grows with each version of a subject; without one it is the
/// version that the schema itself tells.
enum SchemaCompatibility: String, Sendable {
  /// Any other schema does.
  case none = "NONE"
  /// A newer one does, and one that can't be projected.
  case backward = "BACKWARD"
  /// An older one does, and one that can't be projected.
  case forward = "FORWARD"
  /// As `backward`.
  case full = "FULL"

  /// What becomes of a record of `other` and a file of `schema`.
  enum Verdict {
    /// It goes in as it is.
    case same
    /// It goes in projected.
    case projected
    /// The file is closed before it.
    case closes
  }

  /// The verdict on a record of `other` for a file of `schema`. Throws where there is no version to compare.
  func verdict(_ other: KnownSchema, into schema: KnownSchema) throws(RecordRefusal) -> Verdict {
    if schema.isSame(as: other) { return .same }
    guard self != .none else { return .closes }
    guard let record = other.connect, let file = schema.connect, let newer = other.version, let known = schema.version
    else { throw .task(.objectFormat, "has a schema without a version, which schema.compatibility=\(rawValue) needs") }
    if Self.differs(record, file) { return .closes }
    return (self == .forward ? newer < known : newer > known) ? .closes : .projected
  }

  /// Whether values of `record` can't be projected to `file`.
  private static func differs(_ record: ConnectSchema, _ file: ConnectSchema) -> Bool {
    if record.name != file.name || meaning(record) != meaning(file) { return true }
    if record.isOptional, !file.isOptional, file.defaultValue == nil { return true }
    switch (record.kind, file.kind) {
    case (.structure(let record), .structure(let file)):
      let names = Dictionary(record.map { ($0.name, $0.schema) }, uniquingKeysWith: { first, _ in first })
      return file.contains { field in
        guard let other = names[field.name] else { return !field.schema.isOptional && field.schema.defaultValue == nil }
        return differs(other, field.schema)
      }
    case (.array(let record), .array(let file)): return differs(record, file)
    case (.map(let key, let value), .map(let fileKey, let fileValue)):
      return differs(key, fileKey) || differs(value, fileValue)
    default:
      guard let from = rank(record.kind), let to = rank(file.kind) else { return record.kind != file.kind }
      return from > to
    }
  }

  /// Parameters without those that only document.
  private static func meaning(_ schema: ConnectSchema) -> [String: JSONValue] {
    var parameters: [String: JSONValue] = [:]
    for member in schema.parameters.members where !isDocumentation(member.name) {
      parameters[member.name] = member.value
    }
    return parameters
  }

  private static func isDocumentation(_ name: String) -> Bool {
    ["connect.record.doc", "connect.record.aliases", "connect.record.namespace"].contains(name)
      || name.hasPrefix("io.confluent.connect.avro.field.doc.")
  }

  /// The order in which numbers may be widened.
  private static func rank(_ kind: ConnectSchema.Kind) -> Int? {
    switch kind {
    case .int8: 0
    case .int16: 1
    case .int32: 2
    case .int64: 3
    case .float32: 4
    case .float64: 5
    default: nil
    }
  }
}
