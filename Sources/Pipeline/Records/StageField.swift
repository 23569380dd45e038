internal import Avro
internal import JSON

/// A field of a struct as Kafka Connect sees it: whether it may be null, its default, and its schema without the null.
struct StageField {
  /// Its name.
  let name: String
  /// The field as it stands in the record's schema.
  let field: Field
  /// The schema of a value that is not null, a reference resolved.
  let inner: Schema
  /// The branch that is null; -1: no union of null and one other.
  let nullBranch: Int32
  /// Branches of the union; 0: no union.
  let branchCount: Int32
  /// The default; nil: none, or null.
  let defaultValue: JSONValue?
  /// Which of Kafka Connect's types it is.
  let type: ConnectType

  var isOptional: Bool { nullBranch >= 0 }
  /// The branch of a value that is not null.
  var valueBranch: Int32 { 1 - nullBranch }

  init(_ field: Field, in root: Schema) throws(AvroError) {
    name = field.name
    self.field = field
    var inner = try field.schema.resolved(in: root)
    var nullBranch: Int32 = -1
    var branchCount: Int32 = 0
    if let branches = inner.branches {
      branchCount = Int32(branches.count)
      if branches.count == 2, let null = branches.firstIndex(where: { $0.kind == .null }) {
        nullBranch = Int32(null)
        inner = try branches[1 - null].resolved(in: root)
      }
    }
    self.inner = inner
    self.nullBranch = nullBranch
    self.branchCount = branchCount
    var value = field.defaultValue
    if value == nil || value == .null { value = inner.attributes["connect.default"] }
    defaultValue = value == .null ? nil : value
    type = ConnectType(inner)
  }
}
