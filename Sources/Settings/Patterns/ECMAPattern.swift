internal import CPCRE2

/// A compiled regular expression with the meaning of ECMA-262 in its Unicode mode (as JSON Schema's `pattern` has it),
/// over PCRE2. It holds the memory of its matches: one thread at a time may use it.
public final class ECMAPattern: CustomStringConvertible {
  /// The pattern as it was written.
  public let source: String
  private let compiled: CompiledPattern
  private let data: OpaquePointer

  /// Compiles a pattern. Throws where ECMA-262 does not have it, or PCRE2 can't match it the same way.
  public init(_ source: String) throws(PatternProblem) {
    self.source = source
    let options = PCRE2_DOLLAR_ENDONLY | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_MATCH_UNSET_BACKREF
    compiled = try CompiledPattern(try ECMAPatternTranslator.translate(source), UInt32(options))
    guard let data = compiled.makeMatchData() else {
      throw PatternProblem(message: "there is no memory to match the pattern", offset: 0)
    }
    self.data = data
  }

  deinit { pcre2_match_data_free_8(data) }

  /// What came of a match.
  public enum Outcome: Sendable {
    /// A part of the text matches.
    case found
    /// No part of it does.
    case missing
    /// It took too many steps, or the text is not UTF-8.
    case givenUp
  }

  /// Looks for a part of the text (UTF-8) that matches.
  public func find(in text: UnsafeRawBufferPointer) -> Outcome { compiled.find(in: text, data) }

  /// The pattern as it was written.
  public var description: String { source }
}
