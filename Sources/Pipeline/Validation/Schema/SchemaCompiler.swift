internal import JSON

/// Compiles schema objects to a program; each place of each document once, so that schemas may refer to themselves.
final class SchemaCompiler {
  let store: SchemaStore
  let program = SchemaProgram()
  private var known: [String: Int32] = [:]
  private var waiting: [(node: Int32, place: Place)] = []
  private var dynamicNames: [String] = []
  /// Where each node stands, for messages.
  private(set) var origins: [(document: String, pointer: String)] = []

  /// A schema object: where it stands and what it says.
  struct Place {
    var document: SchemaDocument
    var pointer: String
    var resource: SchemaResource
    var title: String?

    func problem(_ keyword: String, _ message: String) -> SchemaProblem {
      SchemaProblem(
        document: document.name, pointer: pointer + "/" + SchemaDocument.escaped(keyword), message: message)
    }
  }

  init(store: SchemaStore) { self.store = store }

  /// Compiles everything that is reached from a resource.
  func compile(_ root: SchemaResource) throws(SchemaProblem) -> SchemaProgram {
    program.root = Int(try node(root.document, root.pointer))
    repeat {
      while let (node, place) = waiting.popLast() { try fill(node, place) }
      try compileDynamics()
    } while !waiting.isEmpty
    try SchemaLoops.check(program, origins)
    return program
  }

  /// The node of the schema at a place; it is compiled later.
  func node(
    _ document: SchemaDocument, _ pointer: String, keyword: String = "false"
  ) throws(SchemaProblem) -> Int32 {
    // The false schema tells the keyword that it stands under.
    let key = "\(document.name)#\(pointer)"
    if let node = known[key] { return node }
    guard let resource = document.resource(at: pointer) else {
      throw SchemaProblem(document: document.name, pointer: pointer, message: "no schema stands here")
    }
    let node = Int32(program.nodes.count)
    program.nodes.append(SchemaNode(resource: Int32(resource.number)))
    known[key] = node
    origins.append((document.name, pointer))
    waiting.append((node, Place(document: document, pointer: pointer, resource: resource, title: keyword)))
    return node
  }

  /// The node of a subschema of `place`.
  func node(_ place: Place, _ path: String, keyword: String) throws(SchemaProblem) -> Int32 {
    try node(place.document, place.pointer + "/" + path, keyword: keyword)
  }

  private func fill(_ node: Int32, _ place: Place) throws(SchemaProblem) {
    guard let value = place.document.value(at: place.pointer) else {
      throw SchemaProblem(document: place.document.name, pointer: place.pointer, message: "no schema stands here")
    }
    var keywords: [SchemaKeyword] = []
    switch value {
    case .bool(true): break
    case .bool(false):
      var keyword = SchemaKeyword(operation: .never)
      keyword.rule = rule(place.title ?? "false", place.pointer)
      keywords.append(keyword)
    case .object(let object):
      var place = place
      place.title = object["title"]?.string
      var reading = KeywordReading(compiler: self, place: place, object: object)
      keywords = try reading.keywords()
    default:
      throw SchemaProblem(
        document: place.document.name, pointer: place.pointer, message: "a schema must be an object, true or false")
    }
    program.nodes[Int(node)].first = Int32(program.keywords.count)
    program.nodes[Int(node)].count = Int32(keywords.count)
    program.keywords += keywords
  }

  /// The number of a new rule.
  func rule(_ keyword: String, _ name: String) -> Int32 {
    program.rules.append(SchemaRule(keyword: keyword, name: name))
    return Int32(program.rules.count - 1)
  }

  /// The number of a dynamic name.
  func dynamicName(_ name: String) -> Int32 {
    if let index = dynamicNames.firstIndex(of: name) { return Int32(index) }
    dynamicNames.append(name)
    program.dynamics.append([])
    return Int32(dynamicNames.count - 1)
  }

  /// A dynamic reference may end in any resource that is known.
  private func compileDynamics() throws(SchemaProblem) {
    for (index, name) in dynamicNames.enumerated() {
      var found: [(resource: Int32, node: Int32)] = []
      for resource in store.resources where resource.dynamicAnchors.contains(name) {
        guard let pointer = resource.anchors[name] else { continue }
        found.append((Int32(resource.number), try node(resource.document, pointer)))
      }
      program.dynamics[index] = found
    }
  }
}
