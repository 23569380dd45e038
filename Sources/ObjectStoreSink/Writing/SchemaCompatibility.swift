/// When a record of another schema than its file's closes the file (`schema.compatibility`).
enum SchemaCompatibility: String, Sendable {
  /// Any other schema does.
  case none = "NONE"

  /// Whether records of `other` may go into a file of `schema`.
  func takes(_ other: KnownSchema, into schema: KnownSchema) -> Bool { schema.isSame(as: other) }
}
