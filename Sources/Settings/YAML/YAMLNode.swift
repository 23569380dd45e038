internal import JSON

/// A part of a YAML document with its place.
struct YAMLNode: Sendable {
  indirect enum Content: Sendable {
    /// A text; `tag` is nil where none is written.
    case scalar(String, isPlain: Bool, tag: String?)
    case sequence([YAMLNode])
    case mapping([Pair])
  }

  struct Pair: Sendable {
    let key: YAMLNode
    let value: YAMLNode
  }

  let content: Content
  let mark: YAMLMark
  /// How many nodes it has, aliases counted as often as they are used.
  let weight: Int

  init(_ content: Content, _ mark: YAMLMark) {
    self.content = content
    self.mark = mark
    weight =
      switch content {
      case .scalar: 1
      case .sequence(let items): items.reduce(1) { $0 + $1.weight }
      case .mapping(let pairs): pairs.reduce(1) { $0 + $1.key.weight + $1.value.weight }
      }
  }

  /// The text of a scalar as it is written; nil for collections and for null.
  var scalarText: String? {
    guard case .scalar(let text, let isPlain, let tag) = content else { return nil }
    return CoreScalar.resolve(text, isPlain: isPlain, tag: tag) == .null ? nil : text
  }
}

/// A place in a YAML text.
struct YAMLMark: Sendable, Equatable {
  /// The line, from 1.
  let line: Int
  /// The column in characters, from 1.
  let column: Int
}

/// Why a text is not the YAML that is wanted, and where.
public struct YAMLProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public var message: String
  /// The line, from 1.
  public var line: Int
  /// The column in characters, from 1.
  public var column: Int

  init(_ message: String, _ mark: YAMLMark) {
    self.message = message
    line = mark.line
    column = mark.column
  }

  /// `line 3, column 7: the key "a" is there twice`.
  public var description: String { "line \(line), column \(column): \(message)" }
}
