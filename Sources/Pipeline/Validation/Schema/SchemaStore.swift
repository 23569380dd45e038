internal import JSON

/// The documents of a schema: loads what is referred to and knows every `$id` and anchor in it.
final class SchemaStore {
  private let loader: JSONSchema.Loader
  private let fallback: SchemaDialect
  private(set) var resources: [SchemaResource] = []
  private var byURI: [String: SchemaResource] = [:]

  init(fallback: SchemaDialect, loader: @escaping JSONSchema.Loader) {
    self.fallback = fallback
    self.loader = loader
  }

  /// Takes a document in that was found at `uri`.
  func add(_ root: JSONValue, uri: String) throws(SchemaProblem) -> SchemaResource {
    let document = SchemaDocument(name: uri, root: root)
    let base = SchemaURI.split(uri).uri
    var scan = SchemaScan(store: self, document: document)
    let resource = try scan.start(base, fallback)
    byURI[base] = byURI[base] ?? resource
    return resource
  }

  func register(
    _ uri: String, _ document: SchemaDocument, _ pointer: String, _ dialect: SchemaDialect
  ) -> SchemaResource {
    let resource = SchemaResource(
      number: resources.count, uri: uri, document: document, pointer: pointer, dialect: dialect)
    resources.append(resource)
    document.resources[pointer] = resource
    byURI[uri] = byURI[uri] ?? resource
    return resource
  }

  /// The document's place that a reference in `resource` means.
  func resolve(
    _ reference: String, in resource: SchemaResource, at pointer: String
  ) throws(SchemaProblem) -> (document: SchemaDocument, pointer: String, anchor: String?, resource: SchemaResource) {
    let (relative, fragment) = SchemaURI.split(reference)
    let uri = SchemaURI.resolve(relative, against: resource.uri)
    func problem(_ message: String) -> SchemaProblem {
      SchemaProblem(document: resource.document.name, pointer: pointer, message: message)
    }
    let target: SchemaResource
    if let known = byURI[uri] {
      target = known
    } else {
      guard let root = try loader(uri) else {
        throw problem(
          "nothing is found for the reference \"\(reference)\" (\(uri)): only files beside the schema are read")
      }
      target = try add(root, uri: uri)
    }
    guard let fragment, !fragment.isEmpty else { return (target.document, target.pointer, nil, target) }
    if fragment.hasPrefix("/") {
      let place = target.pointer + fragment
      guard target.document.value(at: place) != nil else {
        throw problem("the reference \"\(reference)\" points to nothing")
      }
      return (target.document, place, nil, target)
    }
    guard let place = target.anchors[fragment] else { throw problem("there is no anchor \"\(fragment)\" in \(uri)") }
    return (target.document, place, fragment, target)
  }

  /// The dialect that a `$schema` names: a known one, or one by the vocabularies of a meta-schema that can be loaded.
  func dialect(_ uri: String) throws(SchemaProblem) -> SchemaDialect? {
    if let known = SchemaDialect.named(uri) { return known }
    guard let meta = try loader(SchemaURI.split(uri).uri), let inner = meta["$schema"]?.string,
      var dialect = SchemaDialect.named(inner)
    else { return nil }
    if let vocabularies = meta["$vocabulary"]?.object {
      dialect.asserts = vocabularies["https://json-schema.org/draft/2020-12/vocab/validation"] != nil
    }
    return dialect
  }
}
