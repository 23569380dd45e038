internal import CPCRE2
public import ChangeModel

/// A compiled regular expression with the meaning of `java.util.regex.Pattern`, over PCRE2.
///
/// Letters of all alphabets fold when case is ignored (Java folds only ASCII without `(?u)`). A pattern that backtracks
/// without end is stopped with an error. Safe from any thread.
public final class JavaPattern: Sendable, CustomStringConvertible {
  /// The pattern as it was written.
  public let source: String
  private let whole: CompiledPattern
  private let part: CompiledPattern

  /// Compiles a pattern.
  public init(_ source: String, ignoringCase: Bool = false) throws(PatternProblem) {
    self.source = source
    let translated = try JavaPatternTranslator.translate(source)
    let options: UInt32 = ignoringCase ? UInt32(PCRE2_CASELESS) : 0
    whole = try CompiledPattern(translated, options | UInt32(PCRE2_ANCHORED) | UInt32(PCRE2_ENDANCHORED))
    part = try CompiledPattern(translated, options)
  }

  /// Whether the whole text matches, as `Matcher.matches`.
  public func matches(_ text: String) throws(CDCError) -> Bool { try whole.firstMatch(in: text, from: 0) != nil }

  /// Whether a part of the text matches, as `Matcher.find`.
  public func isFound(in text: String) throws(CDCError) -> Bool { try part.firstMatch(in: text, from: 0) != nil }

  /// The groups of a match of the whole text, the text itself first; nil: no match. A group that took no part is nil.
  public func groups(ofWhole text: String) throws(CDCError) -> [String?]? {
    guard let match = try whole.firstMatch(in: text, from: 0) else { return nil }
    let bytes = Array(text.utf8)
    return match.ranges.map { range in range.map { String(decoding: bytes[$0], as: UTF8.self) } }
  }

  /// Compiles a replacement in Java's syntax: `$1`, `${name}`, `\$`.
  public func replacement(_ text: String) throws(PatternProblem) -> JavaReplacement {
    try JavaReplacement(text, groupCount: part.groupCount) { part.groupNumber(named: $0) }
  }

  /// Replaces every match.
  public func replaceAll(in text: String, with replacement: JavaReplacement) throws(CDCError) -> String {
    try replace(in: text, with: replacement, isOnlyFirst: false)
  }

  /// Replaces the first match.
  public func replaceFirst(in text: String, with replacement: JavaReplacement) throws(CDCError) -> String {
    try replace(in: text, with: replacement, isOnlyFirst: true)
  }

  private func replace(
    in text: String, with replacement: JavaReplacement, isOnlyFirst: Bool
  ) throws(CDCError) -> String {
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var copied = 0
    var from = 0
    while from <= bytes.count, let match = try part.firstMatch(in: text, from: from) {
      out.append(contentsOf: bytes[copied..<match.whole.lowerBound])
      replacement.append(match, in: bytes, to: &out)
      copied = match.whole.upperBound
      from = match.whole.isEmpty ? Self.afterCharacter(at: copied, in: bytes) : copied
      if isOnlyFirst { break }
    }
    out.append(contentsOf: bytes[copied...])
    return String(decoding: out, as: UTF8.self)
  }

  /// Where the character behind the one at `index` begins; past the end when there is none.
  private static func afterCharacter(at index: Int, in bytes: [UInt8]) -> Int {
    var next = index + 1
    while next < bytes.count, bytes[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }

  /// The pattern as it was written.
  public var description: String { source }
}
