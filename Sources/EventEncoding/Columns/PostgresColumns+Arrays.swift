internal import ChangeModel
internal import ColumnCodecs

extension PostgresColumns {
  /// Element types whose arrays Debezium leaves out although it maps the element.
  private static let leftOut: Set<String> = ["money", "name", "interval", "bit", "varbit", "xml", "point"]

  /// Element types that fall into Debezium's general branch, which forgets that an element may be null.
  private static let required: Set<String> = ["tsvector", "isbn", "vector", "halfvec", "sparsevec"]

  /// The mapping of an array: Debezium knows one dimension, and elements that may be null but for enumerations.
  static func array(of element: ColumnType, in array: ColumnType) -> ColumnMapping? {
    var element = element
    if element.length == nil { element.length = array.length }
    if element.scale == nil { element.scale = array.scale }
    if case .array = element.kind { return nil }
    guard !leftOut.contains(element.name) || isEnumeration(element), let inner = mapping(of: element) else {
      return nil
    }
    // A codec holds one form; a vector is an array of its own.
    guard inner.codec.form != .doubleVector, inner.codec.form != .floatVector else { return nil }
    let isRequired = isEnumeration(element) || required.contains(element.name)
    var codec = inner.codec
    codec.container = isRequired ? .requiredElements : .optionalElements
    let items = isRequired ? inner.schema : inner.schema.optional
    return ColumnMapping(schema: ConnectSchema(.array(items)), codec: codec, placeholder: placeholder(element))
  }

  private static func isEnumeration(_ type: ColumnType) -> Bool {
    if case .enumeration = type.kind { return true }
    return false
  }

  private static func placeholder(_ element: ColumnType) -> ToastPlaceholder? {
    if isEnumeration(element) { return nil }
    switch element.name {
    case "text", "varchar", "json", "jsonb": return .textArray
    case "bytea": return .bytesArray
    case "int4", "int8", "date": return .numberArray
    case "uuid": return .uuidArray
    default: return nil
    }
  }
}
