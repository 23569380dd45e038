/// Walks an instance by a program. It holds all memory that it needs; one thread may use it.
final class Evaluator {
  /// Steps into subschemas until a value counts as nested too deep.
  static let depthLimit = 1_000
  /// Violations that are told of one instance.
  private static let findingLimit = 32

  /// A violation as numbers.
  struct Finding {
    var item: Int
    var rule: Int32
    /// The name of a member that is missing; -1: none.
    var name: Int32
  }

  let program: SchemaProgram
  let nodes: UnsafeMutableBufferPointer<SchemaNode>
  let keywords: UnsafeMutableBufferPointer<SchemaKeyword>
  let lists: UnsafeMutableBufferPointer<Int32>
  private let tracks: Bool
  private let isDynamic: Bool
  var items: UnsafeMutablePointer<InstanceItem>
  /// Items whose members and elements a keyword has evaluated.
  var marks: [Int] = []
  /// Resources that were entered, outermost first.
  private var scope: [Int32] = []
  /// Whether violations are told; otherwise the first one ends a schema.
  private var isTelling = false
  private var findings: [Finding] = []
  private(set) var isTooDeep = false

  init(_ program: SchemaProgram) {
    self.program = program
    nodes = Self.copy(program.nodes)
    keywords = Self.copy(program.keywords)
    lists = Self.copy(program.lists)
    tracks = program.tracksEvaluated
    isDynamic = !program.dynamics.isEmpty
    items = program.constants.items
  }

  deinit {
    nodes.deallocate()
    keywords.deallocate()
    lists.deallocate()
  }

  private static func copy<Element: BitwiseCopyable>(_ array: [Element]) -> UnsafeMutableBufferPointer<Element> {
    let copy = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(array.count, 1))
    _ = copy.initialize(from: array)
    return copy
  }

  func isValid(_ instance: Instance, _ item: Int) -> Bool {
    start(instance, isTelling: false)
    return evaluate(program.root, item, 0) && !isTooDeep
  }

  func violations(_ instance: Instance, _ item: Int) -> [Violation] {
    start(instance, isTelling: true)
    let isValid = evaluate(program.root, item, 0)
    if isTooDeep { return [.tooDeep] }
    return isValid ? [] : findings.map { violation($0, instance) }
  }

  private func start(_ instance: Instance, isTelling: Bool) {
    items = instance.items
    self.isTelling = isTelling
    isTooDeep = false
    marks.removeAll(keepingCapacity: true)
    scope.removeAll(keepingCapacity: true)
    findings.removeAll(keepingCapacity: true)
  }

  private func violation(_ finding: Finding, _ instance: Instance) -> Violation {
    let rule = program.rules[Int(finding.rule)]
    var pointer = instance.pointer(to: finding.item)
    if finding.name >= 0 {
      pointer += "/" + program.names[Int(finding.name)].bytes.withUnsafeBytes { Instance.escaped($0) }
    }
    return Violation(pointer: pointer, keyword: rule.keyword, rule: rule.name)
  }

  /// Tells a violation.
  func tell(_ keyword: SchemaKeyword, _ item: Int, name: Int32 = -1) {
    guard isTelling, findings.count < Self.findingLimit else { return }
    findings.append(Finding(item: item, rule: keyword.rule, name: name))
  }

  /// Evaluates a node without telling.
  func evaluateQuietly(_ node: Int, _ item: Int, _ depth: Int) -> Bool {
    let telling = isTelling
    isTelling = false
    defer { isTelling = telling }
    return evaluate(node, item, depth)
  }

  /// Whether the item is valid against the node.
  func evaluate(_ number: Int, _ item: Int, _ depth: Int) -> Bool {
    let node = nodes[number]
    if node.count == 0 || items[item].kind == .opaque { return true }
    guard depth < Self.depthLimit else {
      isTooDeep = true
      return false
    }
    let marked = marks.count
    let entered = scope.count
    if isDynamic, scope.last != node.resource { scope.append(node.resource) }
    var isValid = true
    for index in Int(node.first)..<Int(node.first &+ node.count) {
      if !apply(keywords[index], item, depth &+ 1, marked) {
        isValid = false
        if !isTelling { break }
      }
    }
    if isDynamic { scope.removeLast(scope.count - entered) }
    if tracks, !isValid { marks.removeLast(marks.count - marked) }
    return isValid
  }

  /// Notes that an element or a member's value was evaluated.
  @inline(__always)
  func mark(_ item: Int) { if tracks { marks.append(item) } }

  /// Whether anyone asks for what was evaluated, so that all branches must be tried.
  var needsAllBranches: Bool { tracks }

  /// The node that a dynamic reference means: that of the outermost resource that has the name.
  func dynamicTarget(_ keyword: SchemaKeyword) -> Int {
    let candidates = program.dynamics[Int(keyword.b)]
    for resource in scope {
      if let found = candidates.first(where: { $0.resource == resource }) { return Int(found.node) }
    }
    return Int(keyword.a)
  }
}
