public import JSON

/// A compiled JSON Schema (draft-07 or 2020-12). It belongs to one thread: it holds the memory of its evaluations.
public final class JSONSchema {
  /// Gives the document at an absolute URI without a fragment; nil: there is none. Throws where it can't be used.
  public typealias Loader = (_ uri: String) throws(SchemaProblem) -> JSONValue?

  /// A JSON Schema's version, for documents without `$schema`.
  public enum Draft: Sendable {
    /// Draft-07.
    case draft7
    /// 2020-12.
    case draft2020
  }

  let program: SchemaProgram
  private let evaluator: Evaluator
  private let instance = Instance()

  /// Compiles a document that was found at `uri`, and all that it refers to. Throws where a schema can't be used.
  public init(
    _ document: JSONValue, uri: String = "", draft: Draft = .draft2020, loader: @escaping Loader
  ) throws(SchemaProblem) {
    let store = SchemaStore(fallback: draft == .draft7 ? .draft7 : .current, loader: loader)
    program = try SchemaCompiler(store: store).compile(try store.add(document, uri: uri))
    evaluator = Evaluator(program)
  }

  /// Compiles a document that refers to no other.
  public convenience init(_ document: JSONValue, draft: Draft = .draft2020) throws(SchemaProblem) {
    try self.init(document, draft: draft, loader: { _ in nil })
  }

  /// What a value violates; empty: it is valid.
  public func violations(of value: JSONValue) -> [Violation] {
    instance.reset()
    guard instance.append(value) else { return [.tooDeep] }
    return isValid(instance) ? [] : violations(of: instance)
  }

  /// Whether the instance is valid: the fast way, which ends at the first violation.
  func isValid(_ instance: Instance, at item: Int = 0) -> Bool { evaluator.isValid(instance, item) }

  /// What the instance violates.
  func violations(of instance: Instance, at item: Int = 0) -> [Violation] { evaluator.violations(instance, item) }
}

/// What is wrong with a value, without the value.
public struct Violation: Sendable, Hashable {
  /// Where: a JSON pointer. Of a member that is missing: where it should be.
  public var pointer: String
  /// The keyword that is violated.
  public var keyword: String
  /// The title of the schema that has the keyword, or the keyword's place where it has none.
  public var rule: String

  /// A violation.
  public init(pointer: String, keyword: String, rule: String) {
    self.pointer = pointer
    self.keyword = keyword
    self.rule = rule
  }

  /// A value that is nested deeper than can be validated.
  static let tooDeep = Violation(pointer: "", keyword: "nesting", rule: "nesting")
}
