extension Schema {
  /// Throws where a field's default is not a value of the field's schema (of a union: of any branch, as Avro's Java
  /// library takes it since 1.9).
  public func checkDefaults() throws(AvroError) { try checkDefaults(NamedTypes(self)) }

  private func checkDefaults(_ names: NamedTypes) throws(AvroError) {
    switch kind {
    case .array(let inner), .map(let inner): try inner.checkDefaults(names)
    case .union(let branches): for branch in branches { try branch.checkDefaults(names) }
    case .record(let record):
      for field in record.fields {
        do throws(AvroError) {
          try field.schema.checkDefaults(names)
          guard let value = field.defaultValue else { continue }
          var encoder = ValueEncoder(names: names, isDefault: true)
          try encoder.value(value, field.schema)
        } catch {
          throw AvroError("the default is not valid: \(error.message)", path: error.path).inside(field.name)
        }
      }
    default: break
    }
  }
}
