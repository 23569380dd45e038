internal import JSON

/// Walks a document once and notes its resources (`$id`) and anchors, only where schemas stand: an `enum` may hold
/// what looks like one.
struct SchemaScan {
  private let store: SchemaStore
  private let document: SchemaDocument

  init(store: SchemaStore, document: SchemaDocument) {
    self.store = store
    self.document = document
  }

  private static let single: Set<String> = [
    "additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not",
    "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
  ]
  private static let lists: Set<String> = ["allOf", "anyOf", "items", "oneOf", "prefixItems"]
  private static let maps: Set<String> = [
    "$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties",
  ]

  /// Scans the document from its root, which is at `base`.
  mutating func start(_ base: String, _ fallback: SchemaDialect) throws(SchemaProblem) -> SchemaResource {
    let dialect = try dialect(document.root, "", fallback)
    let own = document.root["$id"]?.string.map { SchemaURI.split($0) }
    let ignoresSiblings = dialect.isDraft7 && document.root["$ref"] != nil
    let uri = ignoresSiblings ? base : SchemaURI.resolve(own?.uri ?? "", against: base)
    let resource = store.register(uri, document, "", dialect)
    try scan(document.root, "", resource)
    return resource
  }

  private func dialect(
    _ schema: JSONValue, _ pointer: String, _ inherited: SchemaDialect
  ) throws(SchemaProblem) -> SchemaDialect {
    guard let given = schema["$schema"] else { return inherited }
    guard let uri = given.string, let dialect = try store.dialect(uri) else {
      throw SchemaProblem(
        document: document.name, pointer: pointer + "/$schema",
        message: "this JSON Schema is not supported: draft-07 and 2020-12 are")
    }
    return dialect
  }

  private mutating func scan(_ schema: JSONValue, _ pointer: String, _ outer: SchemaResource) throws(SchemaProblem) {
    guard let object = schema.object else { return }
    var resource = outer
    let ignoresSiblings = outer.dialect.isDraft7 && object["$ref"] != nil
    if let id = object["$id"]?.string, !ignoresSiblings {
      let (uri, fragment) = SchemaURI.split(id)
      if pointer != outer.pointer || pointer != "", !uri.isEmpty {
        let dialect = try dialect(schema, pointer, outer.dialect)
        resource = store.register(SchemaURI.resolve(uri, against: outer.uri), document, pointer, dialect)
      }
      if let fragment, !fragment.isEmpty, resource.dialect.isDraft7 { resource.anchors[fragment] = pointer }
    }
    if !resource.dialect.isDraft7 {
      if let anchor = object["$anchor"]?.string { resource.anchors[anchor] = pointer }
      if let anchor = object["$dynamicAnchor"]?.string {
        resource.anchors[anchor] = pointer
        resource.dynamicAnchors.insert(anchor)
      }
    }
    for member in object.members {
      let place = pointer + "/" + SchemaDocument.escaped(member.name)
      switch member.value {
      case .object(let inner):
        if Self.maps.contains(member.name) {
          for schema in inner.members {
            try scan(schema.value, place + "/" + SchemaDocument.escaped(schema.name), resource)
          }
        } else if Self.single.contains(member.name) {
          try scan(member.value, place, resource)
        }
      case .array(let elements):
        guard Self.lists.contains(member.name) else { continue }
        for (index, element) in elements.enumerated() { try scan(element, "\(place)/\(index)", resource) }
      default: break
      }
    }
  }
}
