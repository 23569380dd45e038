public import ChangeModel

/// A comma separated list of regular expressions as Debezium's include and exclude lists: each must match a whole
/// name, in any case of letters. A comma inside a pattern is written `\,`.
public struct PatternList: Sendable {
  private let patterns: [JavaPattern]

  /// Compiles a list. Empty parts are left out.
  public init(_ text: String) throws(PatternProblem) {
    var compiled: [JavaPattern] = []
    for part in Self.split(text) { compiled.append(try JavaPattern(part, ignoringCase: true)) }
    patterns = compiled
  }

  /// Whether it has no pattern.
  public var isEmpty: Bool { patterns.isEmpty }

  /// The patterns as they were written.
  public var sources: [String] { patterns.map(\.source) }

  /// Whether one of the patterns matches the whole name.
  public func matches(_ name: String) throws(CDCError) -> Bool {
    for pattern in patterns where try pattern.matches(name) { return true }
    return false
  }

  /// The first pattern that matches the whole name: its place in the list.
  public func firstMatch(_ name: String) throws(CDCError) -> Int? {
    for (index, pattern) in patterns.enumerated() where try pattern.matches(name) { return index }
    return nil
  }

  /// What is wrong with a list, for a key's `check`; nil: nothing.
  public static func problem(in text: String) -> String? {
    do throws(PatternProblem) {
      _ = try PatternList(text)
      return nil
    } catch { return "A comma-separated list of valid regular expressions is expected, but \(error)" }
  }

  private static func split(_ text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var isEscaped = false
    for scalar in text.unicodeScalars {
      switch scalar {
      case "," where isEscaped:
        part.unicodeScalars.removeLast()
        part.unicodeScalars.append(scalar)
      case ",":
        parts.append(part)
        part = ""
      default: part.unicodeScalars.append(scalar)
      }
      isEscaped = scalar == "\\" && !isEscaped
    }
    parts.append(part)
    return parts.map(\.trimmed).filter { !$0.isEmpty }
  }
}
