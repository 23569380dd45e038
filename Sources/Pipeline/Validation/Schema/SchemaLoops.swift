/// Finds schemas that refer to themselves without a step into the instance, which would never end.
struct SchemaLoops {
  private let program: SchemaProgram
  private let origins: [(document: String, pointer: String)]
  /// Per node: 0 new, 1 being visited, 2 done.
  private var states: [UInt8]

  static func check(
    _ program: SchemaProgram, _ origins: [(document: String, pointer: String)]
  ) throws(SchemaProblem) {
    var loops = SchemaLoops(
      program: program, origins: origins, states: Array(repeating: 0, count: program.nodes.count))
    for node in program.nodes.indices { try loops.visit(Int32(node), 0) }
  }

  private mutating func visit(_ node: Int32, _ depth: Int) throws(SchemaProblem) {
    guard states[Int(node)] != 2 else { return }
    guard states[Int(node)] == 0, depth < Evaluator.depthLimit else {
      let origin = origins[Int(node)]
      throw SchemaProblem(
        document: origin.document, pointer: origin.pointer,
        message: "the schema refers to itself at the same value, so that it would never end")
    }
    states[Int(node)] = 1
    for inner in program.inPlace(node) { try visit(inner, depth + 1) }
    states[Int(node)] = 2
  }
}

extension SchemaProgram {
  /// The keywords of a node.
  func keywords(of node: Int32) -> ArraySlice<SchemaKeyword> {
    let node = nodes[Int(node)]
    return keywords[Int(node.first)..<Int(node.first + node.count)]
  }

  /// The nodes that a node applies to the same value, where that is known before.
  func inPlace(_ node: Int32) -> [Int32] {
    keywords(of: node).flatMap { keyword -> [Int32] in
      switch keyword.operation {
      case .not, .reference: [keyword.a]
      case .dependentSchema: [keyword.b]
      case .condition: [keyword.a, keyword.b, keyword.c].filter { $0 >= 0 }
      case .allOf, .anyOf, .oneOf: Array(lists[Int(keyword.a)..<Int(keyword.a + keyword.b)])
      default: []
      }
    }
  }
}
