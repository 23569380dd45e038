/// What a JSON Schema says about one place of an instance, known before any instance is there: whether anything looks at
/// the value, and which temporal format is named for it.
struct SchemaView {
  private let program: SchemaProgram
  private let nodes: Set<Int32>

  /// The root.
  init(_ program: SchemaProgram) { self.init(program, [Int32(program.root)]) }

  private init(_ program: SchemaProgram, _ start: [Int32]) {
    var nodes: Set<Int32> = []
    var waiting = start
    while let node = waiting.popLast() {
      guard nodes.insert(node).inserted else { continue }
      waiting += program.inPlace(node)
      for keyword in program.keywords(of: node) where keyword.operation == .dynamicReference {
        waiting.append(keyword.a)
        waiting += program.dynamics[Int(keyword.b)].map(\.node)
      }
    }
    self.program = program
    self.nodes = nodes
  }

  private var keywords: [SchemaKeyword] { nodes.flatMap { program.keywords(of: $0) } }

  /// Whether no keyword looks at the value.
  var isUnseen: Bool { keywords.isEmpty }

  /// Whether the value is compared as a whole, so that all its parts count.
  var isCompared: Bool { keywords.contains { $0.operation == .enumeration || $0.operation == .uniqueItems } }

  /// Whether a temporal format is named.
  var namesFormat: Bool { keywords.contains { $0.operation == .format } }

  /// What is said about the member with a name.
  func member(_ name: String) -> SchemaView {
    let bytes = Array(name.utf8)
    return SchemaView(
      program,
      keywords.flatMap { keyword -> [Int32] in
        switch keyword.operation {
        case .members: bytes.withUnsafeBytes { program.members[Int(keyword.a)].nodes($0) }
        case .unevaluatedProperties: [keyword.a]
        default: []
        }
      })
  }

  /// What is said about any element.
  var element: SchemaView {
    SchemaView(
      program,
      keywords.flatMap { keyword -> [Int32] in
        switch keyword.operation {
        case .elements:
          Array(program.lists[Int(keyword.a)..<Int(keyword.a + keyword.b)]) + (keyword.c < 0 ? [] : [keyword.c])
        case .contains, .unevaluatedItems: [keyword.a]
        default: []
        }
      })
  }
}
